#include "app/recovery_progress.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

using namespace std::chrono_literals;

TEST(RecoveryProgress, SaysWhatWasLoadedAndWhatIsLeft) {
  broker::Recovery recovery(1);
  NodeState state;
  RecoveryProgress progress(recovery, 1000, state);
  progress.on_row(storage::Table::Retained, "topic", std::string(245, 'x'));

  EXPECT_EQ(progress.line(2s), "recovering: 0 sessions, 0 messages, about 6 s left");
  EXPECT_EQ(recovery.counts().retained, 1U);
}

TEST(RecoveryProgress, SaysNoTimeBeyondTheEstimate) {
  broker::Recovery recovery(1);
  NodeState state;
  RecoveryProgress progress(recovery, 100, state);
  progress.on_row(storage::Table::Retained, "topic", std::string(245, 'x'));
  EXPECT_EQ(progress.line(2s), "recovering: 0 sessions, 0 messages");
}

}  // namespace
}  // namespace sluice::app
