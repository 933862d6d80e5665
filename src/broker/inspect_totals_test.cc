// What all Sessions hold together, as metrics show it.

#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.expiry = 3600};

class InspectedTotals : public Scenario {
 protected:
  Operator asker{world};
};
INSTANTIATE_TEST_SUITE_P(Shards, InspectedTotals, ::testing::Values(1U, 3U), shards_name);

TEST_P(InspectedTotals, AddUpWhatWaitsAndWhatIsInFlight) {
  Client& publisher = world.connected("publisher");
  Client& slow = world.connected("slow", {.expiry = 3600, .receive_maximum = 1});
  slow.acknowledges = false;
  slow.subscribe("t", Q1);
  Client& gone = world.connected("gone", kPersistent);
  gone.subscribe("t", Q1);
  gone.leave();

  for (int i = 0; i < 5; ++i) publisher.publish("t", std::to_string(i), Q1);

  const SessionTotals totals = asker.totals();
  EXPECT_EQ(totals.devices.connected, 2u);
  EXPECT_EQ(totals.devices.disconnected, 1u);
  EXPECT_EQ(totals.in_flight, 1u);
  EXPECT_EQ(totals.devices.queued_messages, 4u + 5u);
  EXPECT_EQ(totals.applications.queued_messages, 0u);
}

TEST_P(InspectedTotals, CountSharedSubscriptionsApart) {
  Client& client = world.connected("c");
  client.subscribe("a", Q1);
  client.subscribe("$share/g/b", Q1);
  client.subscribe("$share/h/b", Q1);

  EXPECT_EQ(asker.totals().shared_subscriptions, 2u);
}

}  // namespace
}  // namespace sluice::broker
