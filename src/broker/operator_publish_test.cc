// Messages that an operator publishes.

#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"
#include "mqtt/codec/encoder.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.expiry = 3600};

class OperatorPublish : public Scenario {
 protected:
  Operator asker{world};
};
INSTANTIATE_TEST_SUITE_P(Shards, OperatorPublish, ::testing::Values(1U, 3U), shards_name);

TEST_P(OperatorPublish, ReachesSubscribersWithItsProperties) {
  Client& client = world.connected("c");
  client.subscribe("t", Q2);

  const auto outcome = asker.publish({.topic = "t",
                                      .payload = "x",
                                      .qos = Q1,
                                      .expiry_seconds = 60,
                                      .content_type = "text/plain",
                                      .response_topic = "r",
                                      .correlation_data = "d",
                                      .payload_is_utf8 = true,
                                      .user_properties = {{"n", "v"}}});

  std::string properties;
  mqtt::append_payload_format_indicator(properties, true);
  mqtt::append_content_type(properties, "text/plain");
  mqtt::append_response_topic(properties, "r");
  mqtt::append_correlation_data(properties, "d");
  mqtt::append_user_property(properties, "n", "v");
  EXPECT_EQ(outcome, PublishOutcome::Accepted);
  ASSERT_EQ(client.publications.size(), 1u);
  EXPECT_EQ(client.publications[0].payload, "x");
  EXPECT_EQ(client.publications[0].qos, Q1);
  EXPECT_EQ(client.publications[0].expiry, 60u);
  EXPECT_EQ(client.publications[0].properties, properties);
}

TEST_P(OperatorPublish, TellsThatNobodyHadSubscribed) {
  EXPECT_EQ(asker.publish({.topic = "t", .payload = "x", .qos = Q1}),
            PublishOutcome::NoSubscribers);
}

TEST_P(OperatorPublish, ReachesThoseWithNoLocalToo) {
  Client& client = world.connected("c");
  client.subscribe("t", {.qos = Q0, .no_local = true});

  asker.publish({.topic = "t", .payload = "x"});

  EXPECT_EQ(client.payloads(), (Payloads{"x"}));
}

TEST_P(OperatorPublish, IsRetainedAndSurvivesARestart) {
  EXPECT_EQ(asker.publish({.topic = "t", .payload = "x", .qos = Q1, .retain = true}),
            PublishOutcome::NoSubscribers);

  world.restart();

  EXPECT_EQ(asker.find_retained("t")->payload, "x");
}

TEST_P(OperatorPublish, IsToldWhenItIsDurable) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  world.store.is_stuck = true;
  EXPECT_EQ(asker.publish({.topic = "t", .payload = "lost", .qos = Q1}), std::nullopt);
  world.store.is_stuck = false;
  world.restart();

  EXPECT_EQ(asker.publish({.topic = "t", .payload = "kept", .qos = Q1}), PublishOutcome::Accepted);

  world.restart();
  client.resumes(kPersistent);
  EXPECT_EQ(client.payloads(), (Payloads{"kept"}));
}

TEST_P(OperatorPublish, IsRefusedForWhatAClientWouldBe) {
  world.settings.mqtt.packet_size_max = 1000;
  world.settings.mqtt.topic_levels_max = 3;
  world.settings.mqtt.user_properties_max = 1;

  for (const char* topic : {"", "a/+", "#", "a/b/c/d", "$SYS/x", "\xC3"}) {
    EXPECT_EQ(asker.publish({.topic = topic}), PublishOutcome::InvalidTopic) << topic;
  }
  EXPECT_EQ(asker.publish({.topic = "t", .response_topic = "+"}), PublishOutcome::InvalidTopic);
  EXPECT_EQ(asker.publish({.topic = "t", .payload = "\xFF", .payload_is_utf8 = true}),
            PublishOutcome::InvalidPayload);
  EXPECT_EQ(asker.publish({.topic = "t", .payload = std::string(1000, 'x')}),
            PublishOutcome::TooLarge);
  EXPECT_EQ(asker.publish({.topic = "t", .user_properties = {{"a", "b"}, {"c", "d"}}}),
            PublishOutcome::TooLarge);
}

TEST_P(OperatorPublish, IsRefusedWhenItCannotBePromised) {
  world.fail_store(true);
  EXPECT_EQ(asker.publish({.topic = "t", .qos = Q1}), PublishOutcome::StoreFailed);
  EXPECT_EQ(asker.publish({.topic = "t"}), PublishOutcome::NoSubscribers);
  world.fail_store(false);

  world.fill_memory(true);
  EXPECT_EQ(asker.publish({.topic = "t"}), PublishOutcome::StoreFailed);
}

}  // namespace
}  // namespace sluice::broker
