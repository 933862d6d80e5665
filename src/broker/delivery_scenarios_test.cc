// From one Client to another: acknowledgement, resume, quota, slow consumers, expiry.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.clean_start = false, .expiry = 3600};

Payloads numbers(int from, int to) {
  Payloads all;
  for (int i = from; i <= to; ++i) all.push_back(std::to_string(i));
  return all;
}

void publish_numbers(Client& publisher, const std::string& topic, int from, int to, Qos qos) {
  for (int i = from; i <= to; ++i) publisher.publish(topic, std::to_string(i), qos);
}

SLUICE_SCENARIOS(Delivery);

TEST_P(Delivery, HasTheLowerOfTheTwoQualitiesOfService) {
  Client& subscriber = world.connected("s");
  Client& publisher = world.connected("p");
  for (Qos wanted : {Q0, Q1, Q2}) {
    subscriber.subscribe("t", wanted);
    for (Qos sent : {Q0, Q1, Q2}) {
      publisher.publish("t", "x", sent);
      ASSERT_FALSE(subscriber.publications.empty());
      EXPECT_EQ(subscriber.publications.back().qos, std::min(wanted, sent));
    }
  }

  EXPECT_EQ(subscriber.publications.size(), 9u);
}

TEST_P(Delivery, AnswersEachQualityOfServiceAsTheProtocolSays) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");

  publisher.publish("t", "0", Q0);
  const auto one = publisher.publish("t", "1", Q1);
  const auto two = publisher.publish("t", "2", Q2);

  const std::vector<Ack> expected{{PacketType::Puback, one, ReasonCode::Success},
                                  {PacketType::Pubrec, two, ReasonCode::Success},
                                  {PacketType::Pubcomp, two, ReasonCode::Success}};
  EXPECT_EQ(publisher.acks, expected);
}

TEST_P(Delivery, SaysWhenNobodyIsThere) {
  Client& publisher = world.connected("p");

  publisher.publish("t", "1", Q1);

  ASSERT_EQ(publisher.acks.size(), 1u);
  EXPECT_EQ(publisher.acks[0].reason, ReasonCode::NoMatchingSubscribers);
}

TEST_P(Delivery, TakesARepeatedQos2PublishForTheSameMessage) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  publisher.acknowledges = false;
  mqtt::PublishPacket packet;
  packet.qos = Q2;
  packet.packet_id = 7;
  packet.topic = "t";
  packet.payload = "x";
  std::string bytes;
  mqtt::encode(bytes, packet, Version::V5);

  publisher.send_bytes(bytes);
  publisher.send_bytes(bytes);
  publisher.ack(PacketType::Pubrel, 7);
  publisher.send_bytes(bytes);

  EXPECT_EQ(subscriber.payloads(), (Payloads{"x", "x"}));
}

TEST_P(Delivery, OfQos2IsResumedByThePublisher) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p", kPersistent);
  publisher.acknowledges = false;  // PUBREC arrives, PUBREL does not leave
  publisher.publish("t", "x", Q2);
  publisher.drop();

  publisher.acknowledges = true;
  publisher.resumes(kPersistent);

  EXPECT_EQ(subscriber.payloads(), Payloads{"x"});
  ASSERT_FALSE(publisher.acks.empty());
  EXPECT_EQ(publisher.acks.back().type, PacketType::Pubcomp);
  EXPECT_EQ(publisher.acks.back().reason, ReasonCode::Success);
}

TEST_P(Delivery, WaitsInAPersistentSession) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.drop();
  Client& publisher = world.connected("p");

  publisher.publish("t", "0", Q0);
  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  subscriber.resumes(kPersistent);

  EXPECT_EQ(subscriber.payloads(), (Payloads{"1", "2"}));
  EXPECT_FALSE(subscriber.publications[0].dup);
  EXPECT_EQ(world.dropped(DropReason::Offline), 1u);
}

TEST_P(Delivery, AfterAResumeRepeatsInOrderWithDupAndTheSameIdentifiers) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  publisher.publish("t", "3", Q2);
  publisher.publish("t", "4", Q1);
  ASSERT_EQ(subscriber.publications.size(), 4u);
  const auto first = subscriber.publications;
  subscriber.ack(PacketType::Pubrec, first[1].packet_id);
  subscriber.drop();
  subscriber.take_payloads();

  subscriber.resumes(kPersistent);

  const std::vector<PacketType> order{PacketType::Connack, PacketType::Publish, PacketType::Pubrel,
                                      PacketType::Publish, PacketType::Publish};
  EXPECT_EQ(subscriber.order, order);
  ASSERT_EQ(subscriber.acks.size(), 1u);
  EXPECT_EQ(subscriber.acks[0].packet_id, first[1].packet_id);
  // "3" repeats an id that is unfinished on the Client, so only 1 and 4 reach the application.
  ASSERT_EQ(subscriber.payloads(), (Payloads{"1", "4"}));
  for (const Publication& again : subscriber.publications) EXPECT_TRUE(again.dup);
  EXPECT_EQ(subscriber.publications[0].packet_id, first[0].packet_id);
  EXPECT_EQ(subscriber.publications[1].packet_id, first[3].packet_id);
}

TEST_P(Delivery, WithReceiveMaximumOneGoesOnMessageByMessage) {
  Client& subscriber = world.connected("s", {.receive_maximum = std::uint16_t{1}});
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  publish_numbers(publisher, "t", 1, 50, Q1);

  for (std::size_t i = 1; i <= 50; ++i) {
    ASSERT_EQ(subscriber.publications.size(), i);
    subscriber.ack(PacketType::Puback, subscriber.publications.back().packet_id);
  }

  EXPECT_EQ(subscriber.payloads(), numbers(1, 50));
}

TEST_P(Delivery, OfQos2HoldsTheQuotaUntilPubcomp) {
  Client& subscriber = world.connected("s", {.receive_maximum = std::uint16_t{1}});
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  publish_numbers(publisher, "t", 1, 2, Q2);
  const std::uint16_t packet_id = subscriber.publications.at(0).packet_id;

  subscriber.ack(PacketType::Pubrec, packet_id);
  EXPECT_EQ(subscriber.publications.size(), 1u);
  subscriber.ack(PacketType::Pubcomp, packet_id);

  EXPECT_EQ(subscriber.payloads(), numbers(1, 2));
}

TEST_P(Delivery, RefusedByPubrecFreesTheQuota) {
  Client& subscriber = world.connected("s", {.receive_maximum = std::uint16_t{1}});
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  publish_numbers(publisher, "t", 1, 2, Q2);

  subscriber.ack(PacketType::Pubrec, subscriber.publications.at(0).packet_id,
                 ReasonCode::QuotaExceeded);

  EXPECT_EQ(subscriber.payloads(), numbers(1, 2));
}

TEST_P(Delivery, KeepsToASmallerReceiveMaximumAfterAResume) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  publish_numbers(publisher, "t", 1, 10, Q1);
  ASSERT_EQ(subscriber.take_payloads().size(), 10u);
  subscriber.drop();

  Connect smaller = kPersistent;
  smaller.receive_maximum = 3;
  subscriber.resumes(smaller);
  publish_numbers(publisher, "t", 11, 12, Q1);
  EXPECT_EQ(subscriber.payloads(), numbers(1, 3));
  for (std::size_t i = 0; i < 12; ++i) {
    ASSERT_GT(subscriber.publications.size(), i);
    EXPECT_EQ(subscriber.publications[i].dup, i < 10);
    subscriber.ack(PacketType::Puback, subscriber.publications[i].packet_id);
    EXPECT_LE(subscriber.publications.size(), i + 1 + 3);
  }

  EXPECT_EQ(subscriber.payloads(), numbers(1, 12));
}

TEST_P(Delivery, UsesPacketIdentifiersAgainOnlyWhenTheyAreFree) {
  Client& subscriber = world.connected("s");
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  publisher.publish("t", "stays", Q1);
  const std::uint16_t stays = subscriber.publications.at(0).packet_id;
  subscriber.publications.clear();

  for (int i = 0; i < 70'000; ++i) {
    publisher.publish("t", "x", Q1);
    if (subscriber.publications.empty()) {
      ASSERT_EQ(i, 65'534);  // every other id has been used: it waits for the one that is open
      subscriber.ack(PacketType::Puback, stays);
    }
    ASSERT_EQ(subscriber.publications.size(), 1u) << i;
    const std::uint16_t packet_id = subscriber.publications[0].packet_id;
    ASSERT_NE(packet_id, 0);
    if (i < 65'534) {
      ASSERT_NE(packet_id, stays);
    }
    subscriber.publications.clear();
    subscriber.ack(PacketType::Puback, packet_id);
  }
}

TEST_P(Delivery, IgnoresAcknowledgementsOfNothing) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);

  subscriber.ack(PacketType::Puback, 9);
  subscriber.ack(PacketType::Pubcomp, 9);
  subscriber.ack(PacketType::Pubrec, 9);
  subscriber.ack(PacketType::Pubrel, 9);

  EXPECT_TRUE(subscriber.is_open());
  const std::vector<Ack> expected{{PacketType::Pubrel, 9, ReasonCode::PacketIdentifierNotFound},
                                  {PacketType::Pubcomp, 9, ReasonCode::PacketIdentifierNotFound}};
  EXPECT_EQ(subscriber.acks, expected);
}

TEST_P(Delivery, RefusesMoreUnreleasedQos2MessagesThanAnnounced) {
  world.settings.mqtt.receive_max = 2;
  Client& publisher = world.connected("p");
  publisher.acknowledges = false;

  for (int i = 0; i < 3; ++i) publisher.publish("t", "x", Q2);

  EXPECT_EQ(publisher.disconnect, ReasonCode::ReceiveMaximumExceeded);
}

TEST_P(Delivery, AcknowledgesWhatCameRightBeforeDisconnect) {
  Client& publisher = world.connected("p");

  publisher.request_publish("t", "x", {.qos = Q1});
  publisher.request_leave();
  world.settle();

  ASSERT_EQ(publisher.acks.size(), 1u);
  EXPECT_EQ(publisher.acks[0].type, PacketType::Puback);
}

TEST_P(Delivery, LeavesOutWhatIsTooLargeForTheClient) {
  Client& subscriber = world.connected("s", {.packet_size_max = 200});
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");

  publisher.publish("t", "before", Q1);
  publisher.publish("t", std::string(300, 'x'), Q1);
  publisher.publish("t", "after", Q1);

  EXPECT_EQ(subscriber.payloads(), (Payloads{"before", "after"}));
  EXPECT_EQ(world.dropped(DropReason::PacketTooLarge), 1u);
}

TEST_P(Delivery, CarriesLargePayloadsAndLargeProperties) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  Publish how{.qos = Q1};
  for (int i = 0; i < 10; ++i) {
    mqtt::append_user_property(how.properties, "name", std::string(60'000, 'v'));
  }
  const std::string payload(1'000'000, 'p');

  publisher.publish("t", payload, how);

  ASSERT_EQ(subscriber.publications.size(), 1u);
  EXPECT_EQ(subscriber.publications[0].payload, payload);
  EXPECT_EQ(subscriber.publications[0].properties, how.properties);
}

SLUICE_SCENARIOS(MessageExpiry);

TEST_P(MessageExpiry, CountsDownWhileTheMessageWaits) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  world.connected("p").publish("t", "x", Publish{.qos = Q1, .expiry = 60});

  world.advance(seconds{25});
  subscriber.resumes(kPersistent);

  ASSERT_EQ(subscriber.publications.size(), 1u);
  EXPECT_EQ(subscriber.publications[0].expiry, 35u);
}

TEST_P(MessageExpiry, DropsTheMessageWhenItsTimeIsOver) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  publisher.publish("t", "short", Publish{.qos = Q1, .expiry = 10});
  publisher.publish("t", "long", Publish{.qos = Q1, .expiry = 100});

  world.advance(seconds{10});
  subscriber.resumes(kPersistent);

  EXPECT_EQ(subscriber.payloads(), Payloads{"long"});
  EXPECT_EQ(world.dropped(DropReason::Expired), 1u);
}

SLUICE_SCENARIOS(SlowConsumer);

TEST_P(SlowConsumer, LosesQos0BeyondTheHighWatermarkUntilBelowTheLowOne) {
  world.settings.limits.output_high_watermark = 20'000;
  world.settings.limits.output_low_watermark = 5'000;
  Client& slow = world.connected("s");
  slow.subscribe("t", Q0);
  Client& publisher = world.connected("p");
  const std::string payload(1000, 'x');
  slow.stall();

  for (int i = 0; i < 50; ++i) publisher.publish("t", payload, Q0);
  const std::uint64_t shed = world.dropped(DropReason::OutputFull);
  EXPECT_GT(shed, 20u);
  EXPECT_LT(shed, 45u);
  slow.unstall();
  EXPECT_EQ(slow.publications.size(), 50 - shed);
  publisher.publish("t", "again", Q0);

  EXPECT_EQ(slow.publications.back().payload, "again");
  EXPECT_EQ(world.dropped(DropReason::OutputFull), shed);
}

TEST_P(SlowConsumer, KeepsQos1InItsQueueAndLosesTheOldestWhenThatIsFull) {
  world.settings.limits.queue_messages_max = 10;
  Client& slow = world.connected("s");
  slow.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  slow.stall();
  publisher.publish("t", "0", Q1);  // in flight, in the transport

  publish_numbers(publisher, "t", 1, 30, Q1);
  EXPECT_EQ(world.dropped(DropReason::QueueFull), 21u);
  slow.unstall();

  Payloads expected = numbers(22, 30);
  expected.insert(expected.begin(), "0");
  EXPECT_EQ(slow.payloads(), expected);
}

TEST_P(SlowConsumer, LosesTheOldestBeyondTheBytesOfTheQueue) {
  world.settings.limits.queue_bytes_max = 10'000;
  Client& slow = world.connected("s");
  slow.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  slow.stall();
  publisher.publish("t", "0", Q1);

  for (int i = 0; i < 30; ++i) publisher.publish("t", std::string(1000, 'x'), Q1);
  slow.unstall();

  EXPECT_GE(slow.publications.size(), 9u);
  EXPECT_LE(slow.publications.size(), 11u);
  EXPECT_EQ(slow.publications.size() + world.dropped(DropReason::QueueFull), 31u);
}

TEST_P(SlowConsumer, LosesNoAcknowledgedMessageToMakeRoomForQos0) {
  world.settings.limits.queue_messages_max = 10;
  Client& slow = world.connected("s", {.receive_maximum = std::uint16_t{1}});
  slow.acknowledges = false;
  slow.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  publish_numbers(publisher, "t", 1, 10, Q1);

  publish_numbers(publisher, "t", 100, 120, Q0);
  slow.acknowledges = true;
  slow.ack(PacketType::Puback, slow.publications.at(0).packet_id);

  EXPECT_EQ(slow.payloads(), numbers(1, 10));
  EXPECT_EQ(world.dropped(DropReason::QueueFull), 21u);
}

TEST_P(SlowConsumer, DoesNotHoldUpOthers) {
  Client& slow = world.connected("s");
  slow.subscribe("t", Q1);
  Client& quick = world.connected("q");
  quick.subscribe("t", Q1);
  slow.stall();

  publish_numbers(world.connected("p"), "t", 1, 100, Q1);

  EXPECT_EQ(quick.payloads(), numbers(1, 100));
}

TEST_P(SlowConsumer, IsNotAClientThatGetsABurstWithinOneTurn) {
  world.settings.limits.queue_messages_max = 10;
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q0);
  Client& publisher = world.connected("p");

  for (int i = 1; i <= 100; ++i) publisher.request_publish("t", std::to_string(i), {});
  world.settle();

  EXPECT_EQ(subscriber.payloads(), numbers(1, 100));
}

TEST_P(SlowConsumer, GetsEveryByteInOrderThroughANarrowTransport) {
  Client& slow = world.connected("s");
  slow.subscribe("t", Q1);
  slow.stall(1);
  Client& publisher = world.connected("p");

  publish_numbers(publisher, "t", 1, 40, Q1);
  while (slow.unsent() > 0) slow.drain(7);

  EXPECT_EQ(slow.payloads(), numbers(1, 40));
}

}  // namespace
}  // namespace sluice::broker
