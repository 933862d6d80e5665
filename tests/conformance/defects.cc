#include "support/conformance.h"

namespace sluice::conformance {

// What other brokers got wrong, each as a test of what has to happen instead. Without statement
// ids: the rules behind them are tested one by one in the v3 and v5 files.

namespace {

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i < to; ++i) out.push_back(std::to_string(i));
  return out;
}

}  // namespace

CONFORMANCE_TEST(Defect, StoredAndRetainedMessagesNeverShareAPacketId) {
  connected(persistent("sub")).subscribed(topic("stored"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  for (const std::string& n : numbers(0, 20)) {
    pub.published(topic("stored"), n, Qos::AtLeastOnce);
    pub.published(
        publish(topic("retained/" + n), "r" + n, Qos::AtLeastOnce, pub.fresh_id()).retain());
  }

  Peer sub = connected(persistent("sub", false));
  sub.sends(subscribe(1, {{.filter = topic("retained/#"), .qos = Qos::AtLeastOnce}}));
  std::vector<Received> messages;
  while (messages.size() < 40) {
    const Received packet = sub.receives();
    if (packet.type == PacketType::Publish) messages.push_back(packet);
  }

  std::vector<PacketId> ids;
  for (const Received& message : messages) ids.push_back(message.packet_id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  // Acknowledged from the last to the first, all but two; those two have to come again.
  for (std::size_t i = messages.size(); i-- > 2;) sub.sends(puback(messages[i].packet_id));
  sub.expects_nothing_more();
  sub.vanishes();
  Peer again = connected(persistent("sub", false));
  for (std::size_t i = 0; i < 2; ++i) {
    const Received repeat = again.receives_message(messages[i].payload);
    EXPECT_EQ(repeat.packet_id, messages[i].packet_id);
    again.acknowledges(repeat);
  }
  again.expects_nothing_more();
}

CONFORMANCE_TEST(Defect, EarlyQosTwoRepeatDoesNotStallTheAcknowledgements) {
  Peer pub = connected("pub");
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);

  // The repeat is on its way before the first PUBREC can have come.
  std::string bytes = publish(topic("a"), "x", Qos::ExactlyOnce, 1).encode(Version::V5);
  bytes += publish(topic("a"), "x", Qos::ExactlyOnce, 1).dup().encode(Version::V5);
  for (PacketId id = 2; id <= 50; ++id) {
    bytes += publish(topic("a"), "y", Qos::AtLeastOnce, id).encode(Version::V5);
  }
  pub.sends_bytes(bytes);

  pub.expects(pubrec(1)).expects(pubrec(1));
  for (PacketId id = 2; id <= 50; ++id) pub.expects(puback(id));
  pub.sends(pubrel(1)).expects(pubcomp(1));
  std::vector<std::string> payloads = sub.receives_messages(50);
  EXPECT_EQ(std::count(payloads.begin(), payloads.end(), "x"), 1);
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(Defect, ReceiveMaximumOneDrainsALongQueue) {
  constexpr int kCount = 5000;
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  for (int from = 0; from < kCount; from += 100) {
    std::string bytes;
    for (int i = from; i < from + 100; ++i) {
      const auto id = static_cast<PacketId>(i + 1);
      bytes += publish(topic("a"), std::to_string(i), Qos::AtLeastOnce, id).encode(Version::V5);
    }
    pub.sends_bytes(bytes);
    for (int i = from; i < from + 100; ++i) pub.expects(puback(static_cast<PacketId>(i + 1)));
  }

  Peer sub = connected(persistent("sub", false).receive_maximum(1));

  for (int i = 0; i < kCount; ++i) {
    const Received message = sub.receives_message(std::to_string(i));
    ASSERT_FALSE(message.dup);
    sub.acknowledges(message);
  }
  sub.expects_nothing_more();
}

CONFORMANCE_TEST(Defect, ManyRetainedMessagesAllArrive) {
  constexpr int kCount = 2500;
  Peer pub = connected("pub");
  for (int from = 0; from < kCount; from += 100) {
    std::string bytes;
    for (int i = from; i < from + 100; ++i) {
      bytes += publish(topic("r/" + std::to_string(i)), std::to_string(i), Qos::AtLeastOnce,
                       static_cast<PacketId>(i + 1))
                   .retain()
                   .encode(Version::V5);
    }
    pub.sends_bytes(bytes);
    for (int i = from; i < from + 100; ++i) pub.receives(PacketType::Puback);
  }

  Peer sub = connected(connect("sub").receive_maximum(10));
  sub.subscribed(topic("r/#"), Qos::AtLeastOnce);

  std::vector<std::string> expected = numbers(0, kCount);
  std::vector<std::string> payloads = sub.receives_messages(kCount);
  std::sort(expected.begin(), expected.end());
  std::sort(payloads.begin(), payloads.end());
  EXPECT_EQ(payloads, expected);
  sub.expects_nothing_more();
}

CONFORMANCE_TEST(Defect, EveryRedeliveryHasDup) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected("pub").published(topic("a"), "x", Qos::AtLeastOnce);
  PacketId id = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Peer sub = connected(persistent("sub", false));

    const Received message = sub.receives_message("x");

    EXPECT_EQ(message.dup, attempt > 0);
    if (attempt > 0) {
      EXPECT_EQ(message.packet_id, id);
    }
    id = message.packet_id;
    sub.vanishes();
  }
}

CONFORMANCE_TEST(Defect, GroupsAndPlainSubscriptionOnOneFilterAreIndependent) {
  const std::string t = topic("t");
  Peer sub = connected("sub")
                 .subscribed("$share/a/" + t, Qos::AtLeastOnce)
                 .subscribed("$share/b/" + t, Qos::AtLeastOnce)
                 .subscribed(t, Qos::AtLeastOnce);
  Peer pub = connected("pub").published(t, "three", Qos::AtLeastOnce);
  EXPECT_EQ(sub.receives_messages(3), (std::vector<std::string>{"three", "three", "three"}));
  expect_no_delivery(sub, pub);

  sub.unsubscribed("$share/a/" + t);
  pub.published(t, "two", Qos::AtLeastOnce);
  EXPECT_EQ(sub.receives_messages(2), (std::vector<std::string>{"two", "two"}));
  expect_no_delivery(sub, pub);

  sub.unsubscribed(t);
  pub.published(t, "one", Qos::AtLeastOnce);
  sub.acknowledges(sub.receives_message("one"));
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(Defect, SessionExpiryZeroAndForever) {
  const auto is_kept = [this](Connect packet) {
    connected(packet.clean_start(false)).disconnects();
    return peer().sends(packet).expects_connack().session_present;
  };

  EXPECT_FALSE(is_kept(connect("zero").session_expiry(0)));
  EXPECT_TRUE(is_kept(connect("forever").session_expiry(0xFFFFFFFF)));
  EXPECT_TRUE(is_kept(connect("long").session_expiry(0xFFFFFFFE)));
}

CONFORMANCE_TEST(Defect, SubscribingAgainUnderTrafficLosesAndDoublesNothing) {
  constexpr int kCount = 2000;
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  std::string bytes;
  for (int i = 0; i < kCount; ++i) {
    bytes += publish(topic("a"), std::to_string(i)).encode(Version::V5);
  }
  pub.sends_bytes(bytes);

  for (int i = 0; i < 200; ++i) {
    sub.sends(
        subscribe(static_cast<PacketId>(i + 1), {{.filter = topic("a"),
                                                  .qos = Qos::AtLeastOnce,
                                                  .retain_handling = RetainHandling::DoNotSend}}));
  }

  std::vector<std::string> payloads;
  int subacks = 0;
  while (payloads.size() < kCount || subacks < 200) {
    const Received packet = sub.receives();
    if (packet.type == PacketType::Suback) ++subacks;
    if (packet.type == PacketType::Publish) payloads.push_back(packet.payload);
  }
  EXPECT_EQ(payloads, numbers(0, kCount));
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(Defect, HalfDoneQosTwoIsForgottenWithTheSession) {
  Peer watcher = connected("watcher").subscribed(topic("w")).subscribed(topic("a"));
  Will will(topic("w"), "session over");
  Peer half = connected(connect("half").session_expiry(1).will(will.delay(3600)));
  half.sends(publish(topic("a"), "first", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  half.vanishes();
  watcher.receives_message("first");
  watcher.receives_message("session over");

  Peer again = peer();
  again.sends(connect("half").clean_start(false).session_expiry(60));

  EXPECT_FALSE(again.expects_connack().session_present);
  again.sends(pubrel(7)).expects(pubcomp(7, ReasonCode::PacketIdentifierNotFound));
  again.sends(publish(topic("a"), "second", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  again.sends(pubrel(7)).expects(pubcomp(7));
  watcher.receives_message("second");
}

CONFORMANCE_TEST(Defect, HeldAcknowledgementsCostNoWindowAfterwards) {
  Peer sub = connected(connect("sub").receive_maximum(5)).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (int round = 0; round < 3; ++round) {
    for (const std::string& n : numbers(0, 10)) pub.published(topic("a"), n, Qos::AtLeastOnce);
    std::vector<Received> held;
    for (const std::string& n : numbers(0, 5)) held.push_back(sub.receives_message(n));
    let_pass(1);
    sub.expects_nothing_more();

    for (const Received& message : held) sub.acknowledges(message);

    held.clear();
    for (const std::string& n : numbers(5, 10)) held.push_back(sub.receives_message(n));
    for (const Received& message : held) sub.acknowledges(message);
  }
}

CONFORMANCE_TEST(Defect, AcknowledgementsOutOfOrderLoseNothing) {
  Peer sub = connected(persistent("sub").receive_maximum(10));
  sub.subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (const std::string& n : numbers(0, 30)) pub.published(topic("a"), n, Qos::AtLeastOnce);

  int next = 0;
  std::vector<Received> held;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) held.push_back(sub.receives_message(std::to_string(next++)));
    while (!held.empty()) {
      sub.acknowledges(held.back());
      held.pop_back();
    }
  }

  sub.expects_nothing_more();
  sub.disconnects();
  connected(persistent("sub", false)).expects_nothing_more();
}

CONFORMANCE_TEST(Defect, ClientIdentifierOfAThousandCharactersWorks) {
  const std::string long_id = id("") + std::string(1000, 'i');
  const Connect packet = connect_as(long_id).session_expiry(60);
  connected(packet).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected("pub").published(topic("a"), "x", Qos::AtLeastOnce);

  Peer again = peer();
  EXPECT_TRUE(again.sends(Connect(packet).clean_start(false)).expects_connack().session_present);

  again.receives_message("x");
}

CONFORMANCE_TEST(Defect, LengthsAreCountedInBytes) {
  std::string client_id = id("");
  for (int i = 0; i < 300; ++i) client_id += "ü€😀";
  const std::string name = topic("ü/€/😀");
  Peer client = connected(connect_as(client_id)).subscribed(name);

  client.published(publish(name, "😀").user_property("ключ", "значение"));

  const Received message = client.receives_message("😀");
  EXPECT_EQ(message.topic, name);
  EXPECT_EQ(message.user_properties().at(0).second, "значение");
}

CONFORMANCE_TEST(Defect, AliasLimitsOfBothDirectionsAreIndependent) {
  // The Client takes no aliases but may send them, and the other way round.
  Peer none = peer();
  const Received connack =
      none.sends(connect("none").with(PropertyId::TopicAliasMaximum, 0)).expects_connack();
  ASSERT_GT(connack.number(PropertyId::TopicAliasMaximum), 0U);
  none.subscribed(topic("a"));

  none.sends(publish(topic("a"), "1").with(PropertyId::TopicAlias, 1));
  none.sends(publish("", "2").with(PropertyId::TopicAlias, 1));

  EXPECT_FALSE(none.receives_message("1").has(PropertyId::TopicAlias));
  EXPECT_EQ(none.receives_message("2").topic, topic("a"));
}

CONFORMANCE_TEST(Defect, QosOneToASlowClientWithoutPersistentSessionIsNotDropped) {
  constexpr int kCount = 3000;
  Peer slow =
      connected(connect("slow").receive_maximum(1)).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (int from = 0; from < kCount; from += 500) {
    std::string bytes;
    for (int i = from; i < from + 500; ++i) {
      const auto id = static_cast<PacketId>(i + 1);
      bytes += publish(topic("a"), std::to_string(i), Qos::AtLeastOnce, id).encode(Version::V5);
    }
    pub.sends_bytes(bytes);
    for (int i = from; i < from + 500; ++i) pub.expects(puback(static_cast<PacketId>(i + 1)));
  }

  EXPECT_EQ(slow.receives_messages(kCount), numbers(0, kCount));
}

CONFORMANCE_TEST(Defect, SubackComesForEveryFilterHoweverMany) {
  Peer client = connected("client");
  std::vector<Filter> filters;
  for (const std::string& n : numbers(0, 2000)) filters.push_back({.filter = topic(n)});

  client.sends(subscribe(1, filters));

  const Received suback = client.receives(PacketType::Suback);
  EXPECT_EQ(suback.codes, std::vector<ReasonCode>(2000, ReasonCode::Success));
}

CONFORMANCE_TEST(Defect, FullQueueDropsAndTheSessionGoesOn) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"limits.queue_messages_max=10"});
  connected(persistent("sub")).subscribed("a", Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  for (const std::string& n : numbers(0, 30)) {
    pub.sends(publish("a", n, Qos::AtLeastOnce, 1));
    pub.receives(PacketType::Puback);
  }

  Peer sub = connected(persistent("sub", false));

  const std::vector<std::string> kept = sub.receives_messages(10);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
    return std::stoi(a) < std::stoi(b);
  }));
  sub.expects_nothing_more();
  pub.published("a", "after", Qos::AtLeastOnce);
  sub.receives_message("after");
}

CONFORMANCE_TEST(Defect, SubscriptionsBeyondTheLimitAreRefusedOneByOne) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.subscriptions_max=2"});
  Peer client = connected("client");

  client.sends(subscribe(1, {{.filter = "a"}, {.filter = "b"}, {.filter = "c"}, {.filter = "a"}}))
      .expects_suback(1, {ReasonCode::Success, ReasonCode::Success, ReasonCode::QuotaExceeded,
                          ReasonCode::Success});
  client.unsubscribed("a").subscribed("c");
}

}  // namespace sluice::conformance
