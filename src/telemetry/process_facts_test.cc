#include "telemetry/process_facts.h"

#include <gtest/gtest.h>

#include <ctime>

namespace sluice::telemetry {
namespace {

TEST(ProcessFacts, AreThoseOfThisProcess) {
  const ProcessFacts facts = read_process_facts();
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_GT(facts.resident_bytes, 1'000'000U);
  EXPECT_GT(facts.virtual_bytes, facts.resident_bytes);
  EXPECT_GE(facts.open_fds, 3U);
  EXPECT_GT(facts.max_fds, facts.open_fds);
  EXPECT_EQ(facts.threads, 1U);
  EXPECT_GT(facts.start_time, now - 3600);
  EXPECT_LE(facts.start_time, now + 1);
}

}  // namespace
}  // namespace sluice::telemetry
