// Which subscriptions get what: overlaps, options, retained messages, limits.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;
using mqtt::RetainHandling;

SLUICE_SCENARIOS(Subscriptions);

TEST_P(Subscriptions, ThatOverlapDeliverOnceWithTheHighestQosAndAllIdentifiers) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("a/b", {.qos = Q0, .identifier = 1});
  subscriber.subscribe("a/+", {.qos = Q2, .identifier = 2});
  subscriber.subscribe("a/#", {.qos = Q1, .identifier = 300});
  subscriber.subscribe("#", {.qos = Q1});

  world.connected("p").publish("a/b", "x", Q2);

  ASSERT_EQ(subscriber.payloads(), Payloads{"x"});
  EXPECT_EQ(subscriber.publications[0].qos, Q2);
  auto ids = subscriber.publications[0].subscription_ids;
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 2, 300}));
}

TEST_P(Subscriptions, OfTheSameFilterReplaceOneAnother) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", {.qos = Q2, .identifier = 1});
  subscriber.subscribe("t", {.qos = Q0, .identifier = 2});

  world.connected("p").publish("t", "x", Q2);

  ASSERT_EQ(subscriber.payloads(), Payloads{"x"});
  EXPECT_EQ(subscriber.publications[0].qos, Q0);
  EXPECT_EQ(subscriber.publications[0].subscription_ids, std::vector<std::uint32_t>{2});
  EXPECT_EQ(world.subscriptions(), 1u);
}

TEST_P(Subscriptions, WithNoLocalGetNothingFromTheirOwnSession) {
  Client& one = world.connected("1");
  Client& two = world.connected("2");
  one.subscribe("t", {.qos = Q1, .no_local = true});

  one.publish("t", "own", Q1);
  two.publish("t", "other", Q1);

  EXPECT_EQ(one.payloads(), Payloads{"other"});
}

TEST_P(Subscriptions, WithNoLocalDoNotHideAnotherSubscription) {
  Client& one = world.connected("1");
  one.subscribe("t", {.qos = Q1, .no_local = true, .identifier = 1});
  one.subscribe("+", {.qos = Q1, .identifier = 2});

  one.publish("t", "own", Q1);

  ASSERT_EQ(one.payloads(), Payloads{"own"});
  EXPECT_EQ(one.publications[0].subscription_ids, std::vector<std::uint32_t>{2});
}

TEST_P(Subscriptions, WithNoLocalHoldBackRetainedMessagesOfTheirOwn) {
  Client& one = world.connected("1");
  one.publish("t", "own", {.qos = Q1, .retain = true});

  one.subscribe("t", {.qos = Q1, .no_local = true});

  EXPECT_TRUE(one.publications.empty());
}

TEST_P(Subscriptions, WithNoLocalKnowTheirClientInANewSessionToo) {
  world.connected("1").publish("t", "own", {.qos = Q1, .retain = true});
  Client& again = world.connected("1");

  again.subscribe("t", {.qos = Q1, .no_local = true});

  EXPECT_TRUE(again.publications.empty());
}

TEST_P(Subscriptions, WithRetainAsPublishedSeeTheFlag) {
  Client& plain = world.connected("1");
  Client& keeps = world.connected("2");
  plain.subscribe("t", Q1);
  keeps.subscribe("t", {.qos = Q1, .retain_as_published = true});
  Client& publisher = world.connected("p");

  publisher.publish("t", "retained", {.qos = Q1, .retain = true});
  publisher.publish("t", "not", Q1);

  ASSERT_EQ(plain.publications.size(), 2u);
  ASSERT_EQ(keeps.publications.size(), 2u);
  EXPECT_FALSE(plain.publications[0].retain);
  EXPECT_TRUE(keeps.publications[0].retain);
  EXPECT_FALSE(keeps.publications[1].retain);
}

TEST_P(Subscriptions, ThatEndedGetNothing) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q1);

  subscriber.unsubscribe("t");
  publisher.publish("t", "2", Q1);

  EXPECT_EQ(subscriber.payloads(), Payloads{"1"});
  EXPECT_EQ(subscriber.subacks.back().codes.at(0), ReasonCode::Success);
  subscriber.unsubscribe("t");
  EXPECT_EQ(subscriber.subacks.back().codes.at(0), ReasonCode::NoSubscriptionExisted);
}

TEST_P(Subscriptions, AreLimitedPerSession) {
  world.settings.mqtt.subscriptions_max = 2;
  Client& subscriber = world.connected("s");

  EXPECT_EQ(subscriber.subscribe("1", Q1), ReasonCode::GrantedQos1);
  EXPECT_EQ(subscriber.subscribe("$share/g/2", Q1), ReasonCode::GrantedQos1);
  EXPECT_EQ(subscriber.subscribe("3", Q1), ReasonCode::QuotaExceeded);
  EXPECT_EQ(subscriber.subscribe("$share/g/4", Q1), ReasonCode::QuotaExceeded);
}

TEST_P(Subscriptions, AtTheLimitMayStillBeReplaced) {
  world.settings.mqtt.subscriptions_max = 2;
  Client& subscriber = world.connected("s");
  subscriber.subscribe("1", Q1);
  subscriber.subscribe("$share/g/2", Q1);

  EXPECT_EQ(subscriber.subscribe("1", Q2), ReasonCode::GrantedQos2);
  EXPECT_EQ(subscriber.subscribe("$share/g/2", Q2), ReasonCode::GrantedQos2);
}

TEST_P(Subscriptions, OfManyClientsComeAndGoInAnyOrder) {
  std::vector<Client*> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(&world.connected("c" + std::to_string(i)));
    for (int j = 0; j < 10; ++j) clients.back()->subscribe("t/" + std::to_string(j), Q1);
  }
  Client& publisher = world.connected("p");

  for (std::size_t i = 0; i < clients.size(); i += 2) {
    for (int j = 0; j < 10; j += 3) clients[i]->unsubscribe("t/" + std::to_string(j));
  }
  for (std::size_t i = 0; i < clients.size(); i += 3) clients[i]->drop();
  for (int j = 0; j < 10; ++j) publisher.publish("t/" + std::to_string(j), "x", Q1);

  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::size_t expected = i % 3 == 0 ? 0 : i % 2 == 0 ? 6 : 10;
    EXPECT_EQ(clients[i]->publications.size(), expected) << i;
  }
}

SLUICE_SCENARIOS(Retained);

TEST_P(Retained, ArriveWithANewSubscription) {
  Client& publisher = world.connected("p");
  for (int i = 0; i < 10; ++i) {
    publisher.publish("t/" + std::to_string(i), std::to_string(i), {.qos = Q2, .retain = true});
  }
  Client& subscriber = world.connected("s");

  subscriber.subscribe("t/+", {.qos = Q1, .identifier = 5});

  ASSERT_EQ(subscriber.publications.size(), 10u);
  for (const Publication& publication : subscriber.publications) {
    EXPECT_TRUE(publication.retain);
    EXPECT_EQ(publication.qos, Q1);
    EXPECT_EQ(publication.subscription_ids, std::vector<std::uint32_t>{5});
  }
}

TEST_P(Retained, AreReplacedByTheNextAndRemovedByAnEmptyOne) {
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", {.qos = Q1, .retain = true});
  publisher.publish("t", "2", {.qos = Q1, .retain = true});
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);
  EXPECT_EQ(subscriber.take_payloads(), Payloads{"2"});

  publisher.publish("t", "", {.qos = Q1, .retain = true});
  EXPECT_EQ(subscriber.take_payloads(), Payloads{""});
  subscriber.subscribe("t", Q1);

  EXPECT_TRUE(subscriber.publications.empty());
  EXPECT_EQ(world.sum([](const Counters& c) { return c.retained_messages; }), 0u);
  EXPECT_EQ(world.sum([](const Counters& c) { return c.retained_bytes; }), 0u);
}

TEST_P(Retained, FollowRetainHandling) {
  world.connected("p").publish("t", "x", {.qos = Q1, .retain = true});
  Client& subscriber = world.connected("s");

  subscriber.subscribe("t", {.retain_handling = RetainHandling::DoNotSend});
  EXPECT_EQ(subscriber.take_payloads().size(), 0u);
  subscriber.subscribe("t", {.retain_handling = RetainHandling::SendIfNew});
  EXPECT_EQ(subscriber.take_payloads().size(), 0u);
  subscriber.subscribe("t", {.retain_handling = RetainHandling::SendAlways});
  EXPECT_EQ(subscriber.take_payloads().size(), 1u);
  subscriber.unsubscribe("t");
  subscriber.subscribe("t", {.retain_handling = RetainHandling::SendIfNew});
  EXPECT_EQ(subscriber.take_payloads().size(), 1u);
}

TEST_P(Retained, AreNotSentForASharedSubscription) {
  world.connected("p").publish("t", "x", {.qos = Q1, .retain = true});
  Client& subscriber = world.connected("s");

  subscriber.subscribe("$share/g/t", Q1);

  EXPECT_TRUE(subscriber.publications.empty());
}

TEST_P(Retained, AllArriveHoweverManyTheQueueTakes) {
  world.settings.limits.queue_messages_max = 10;
  Client& publisher = world.connected("p");
  for (int i = 0; i < 200; ++i) {
    publisher.publish("t/" + std::to_string(i), "x", {.qos = Q1, .retain = true});
  }
  Client& subscriber = world.connected("s", {.receive_maximum = std::uint16_t{5}});

  subscriber.subscribe("t/#", Q1);

  EXPECT_EQ(subscriber.publications.size(), 200u);
  EXPECT_EQ(world.dropped(DropReason::QueueFull), 0u);
}

TEST_P(Retained, ExpireAndFreeTheirPlace) {
  Client& publisher = world.connected("p");
  publisher.publish("t", "x", {.qos = Q1, .retain = true, .expiry = 10});
  world.advance(seconds{4});
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);
  ASSERT_EQ(subscriber.publications.size(), 1u);
  EXPECT_EQ(subscriber.publications[0].expiry, 6u);

  world.advance(seconds{6});

  EXPECT_EQ(world.sum([](const Counters& c) { return c.retained_messages; }), 0u);
  EXPECT_EQ(world.dropped(DropReason::Expired), 1u);
}

TEST_P(Retained, OutliveTheExpiryOfTheMessageTheyReplaced) {
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", {.qos = Q1, .retain = true, .expiry = 10});
  publisher.publish("t", "2", {.qos = Q1, .retain = true});

  world.advance(seconds{20});
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);

  EXPECT_EQ(subscriber.payloads(), Payloads{"2"});
}

TEST_P(Retained, BeyondTheLimitAreNotKeptAndCounted) {
  world.settings.limits.retained_messages_max = 2 * world.shards();
  Client& publisher = world.connected("p");

  for (int i = 0; i < 50; ++i) {
    publisher.publish("t/" + std::to_string(i), "x", {.qos = Q1, .retain = true});
  }

  EXPECT_EQ(world.sum([](const Counters& c) { return c.retained_messages; }), 2 * world.shards());
  EXPECT_EQ(world.dropped(DropReason::RetainedFull), 50 - 2 * world.shards());
}

TEST_P(Retained, BeyondTheBytesRemoveTheOldValueOfTheirTopic) {
  world.settings.limits.retained_bytes_max = 1000 * world.shards();
  Client& publisher = world.connected("p");
  publisher.publish("t", "old", {.qos = Q1, .retain = true});

  publisher.publish("t", std::string(2000, 'x'), {.qos = Q1, .retain = true});
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q1);

  EXPECT_TRUE(subscriber.publications.empty());
  EXPECT_EQ(world.dropped(DropReason::RetainedFull), 1u);
}

}  // namespace
}  // namespace sluice::broker
