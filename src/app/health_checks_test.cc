#include "app/health_checks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::app {
namespace {

class HealthChecks : public testing::Test {
 protected:
  HealthChecks() { state.is_recovered = true; }

  static bool pass(const std::vector<admin::HealthCheck>& checks) {
    return std::ranges::all_of(checks, &admin::HealthCheck::passes);
  }
  admin::Health check(bool has_store_failed = false) const {
    return check_health({state, {&pulse}, 2, has_store_failed}, now);
  }

  NodeState state;
  runtime::Pulse pulse;
  const Instant now{milliseconds{100'000}};
};

TEST_F(HealthChecks, PassForABrokerAtWork) {
  pulse.beat(now - milliseconds{50});

  const auto health = check();

  EXPECT_TRUE(pass(health.live));
  EXPECT_TRUE(pass(health.ready));
  EXPECT_TRUE(pass(health.started));
}

TEST_F(HealthChecks, FailToBeLiveOnceALoopStoodStillForTenSeconds) {
  pulse.beat(now - kLoopStillMax);
  EXPECT_TRUE(pass(check().live));

  pulse.beat(now - kLoopStillMax - milliseconds{1});
  EXPECT_FALSE(pass(check().live));
}

TEST_F(HealthChecks, SayHowFarTheRecoveryIsAndStayLiveMeanwhile) {
  state.is_recovered = false;
  state.load_began = now - seconds{10};
  state.bytes_to_load = 200;
  state.bytes_loaded = 50;

  const auto health = check();

  EXPECT_TRUE(pass(health.live));
  EXPECT_FALSE(pass(health.ready));
  ASSERT_FALSE(pass(health.started));
  EXPECT_EQ(health.started.front().detail, "25 % read, about 30 s left");
}

TEST_F(HealthChecks, AreNotReadyWithoutStoreOrMemoryOrWhileDraining) {
  EXPECT_FALSE(pass(check(true).ready));
  state.is_memory_full = true;
  EXPECT_FALSE(pass(check().ready));
  state.is_memory_full = false;
  state.is_draining = true;

  const auto health = check();

  EXPECT_FALSE(pass(health.ready));
  EXPECT_TRUE(pass(health.live));
}

}  // namespace
}  // namespace sluice::app
