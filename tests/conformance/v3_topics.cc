#include "conformance/v3_common.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT311_4_7_1_2, HashStandsAloneOrBehindASlashAndLast) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("a#")},
                             {.filter = topic("a/#/b")},
                             {.filter = topic("#a")},
                             {.filter = topic("a/#")},
                             {.filter = topic("##")}}));

  client.expects_suback(1, {kSubscribeFailure, kSubscribeFailure, kSubscribeFailure,
                            granted(Qos::AtMostOnce), kSubscribeFailure});
}

CONFORMANCE_TEST(MQTT311_4_7_1_2, HashMatchesTheParentAndAnyNumberOfLevels) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a/#"));
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(topic("ab"), "no match");
  for (const char* levels : {"a", "a/", "a/b", "a/b/c"}) {
    publisher.published(topic(levels), levels);
    subscriber.receives_message(levels);
  }
}

CONFORMANCE_TEST(MQTT311_4_7_1_3, PlusFillsAWholeLevel) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("a+")},
                             {.filter = topic("+a")},
                             {.filter = topic("a/b+/c")},
                             {.filter = topic("+")},
                             {.filter = topic("a/+/b")},
                             {.filter = topic("+/+/#")}}));

  client.expects_suback(
      1, {kSubscribeFailure, kSubscribeFailure, kSubscribeFailure, granted(Qos::AtMostOnce),
          granted(Qos::AtMostOnce), granted(Qos::AtMostOnce)});
}

CONFORMANCE_TEST(MQTT311_4_7_1_3, PlusMatchesOneLevelAlsoAnEmptyOne) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("+/b"));
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(topic("b"), "too short").published(topic("a/a/b"), "too long");
  publisher.published(topic("/b"), "empty").published(topic("a/b"), "level");

  EXPECT_EQ(subscriber.receives_messages(2), (std::vector<std::string>{"empty", "level"}));
}

CONFORMANCE_TEST(MQTT311_4_7_2_1, LeadingWildcardsDoNotMatchTopicsThatBeginWithDollar) {
  own_broker();  // "#" would bring the messages of other tests too
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed("#").subscribed("+/a").subscribed("+/#");
  Peer exact = connected(v311(connect("exact")));
  exact.subscribed("$mine/#");
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published("$mine/a", "hidden");
  publisher.published("mine/a", "seen");

  subscriber.receives_message("seen");
  EXPECT_EQ(exact.receives_message("hidden").topic, "$mine/a");
}

CONFORMANCE_TEST(MQTT311_4_7_2_1, LeadingWildcardsDoNotBringRetainedDollarTopics) {
  own_broker();
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish("$mine/a", "hidden", Qos::AtLeastOnce, 1).retain());

  Peer late = connected(v311(connect("late")));
  late.subscribed("#").expects_nothing_more();
  late.subscribed("+/a").expects_nothing_more();
  late.subscribed("$mine/+");
  late.receives_message("hidden");
}

CONFORMANCE_TEST(MQTT311_4_7_3_1, EmptyTopicNameClosesTheConnection) {
  connected(v311(connect("client"))).sends(publish("", "x")).expects_closed();
}

CONFORMANCE_TEST(MQTT311_4_7_3_1, EmptyFilterIsRefused) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = ""}})).expects_suback(1, {kSubscribeFailure});
}

CONFORMANCE_TEST(MQTT311_4_7_3_3, TopicOfTheGreatestLengthIsDelivered) {
  const std::string name = topic(std::string(65'535 - topic("").size(), 'x'));
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(name);

  connected(v311(connect("publisher"))).published(name, "x").expects_nothing_more();

  EXPECT_EQ(subscriber.receives_message("x").topic, name);
}

CONFORMANCE_TEST(MQTT311_4_7_3_4, TopicsAreNotNormalised) {
  const std::string composed = topic("caf") + hex("c3 a9");     // é in one character
  const std::string decomposed = topic("cafe") + hex("cc 81");  // e and a combining accent
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("Case")).subscribed(topic("a b")).subscribed(composed);
  Peer publisher = connected(v311(connect("publisher")));

  for (const auto& other : {topic("case"), topic("Case/"), "/" + topic("Case"), topic("a%20b"),
                            topic("./Case"), decomposed}) {
    publisher.published(other, "another topic");
  }
  for (const auto& same : {topic("Case"), topic("a b"), composed}) {
    publisher.published(same, same);
    subscriber.receives_message(same);
  }
}

}  // namespace sluice::conformance
