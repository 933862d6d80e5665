// What outlives the broker: each scenario ends its process and starts another one on the same
// store.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.expiry = 3600};

SLUICE_SCENARIOS(Restart);

TEST_P(Restart, KeepsTheSessionAndItsSubscriptions) {
  world.connected("s", kPersistent).subscribe("a/+", {.qos = Q1, .identifier = 7});
  world.restart();
  Client& publisher = world.connected("p");

  publisher.publish("a/b", "x", Q2);
  Client& subscriber = world.client("s");
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  ASSERT_EQ(subscriber.payloads(), Payloads{"x"});
  EXPECT_EQ(subscriber.publications[0].qos, Q1);
  EXPECT_EQ(subscriber.publications[0].subscription_ids, std::vector<std::uint32_t>{7});
}

TEST_P(Restart, ForgetsWhatWasUnsubscribedAndEndedSessions) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("a", Q1);
  subscriber.unsubscribe("a");
  world.connected("gone").subscribe("a", Q1);
  world.connected("cleaned", kPersistent).leave();
  world.client("cleaned").connect();
  world.restart();

  EXPECT_EQ(world.sessions(), 1u);
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(Restart, KeepsQueuedMessagesInOrder) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.drop();
  Client& publisher = world.connected("p");
  Payloads sent;
  for (int i = 0; i < 500; ++i) {
    sent.push_back(std::to_string(i));
    publisher.publish("t", sent.back(), i % 2 == 0 ? Q1 : Q2);
  }
  world.restart();

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.payloads(), sent);
  for (const Publication& one : subscriber.publications) EXPECT_FALSE(one.dup);
}

TEST_P(Restart, SendsWhatWasInFlightAgainUnderItsPacketIdentifiers) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.acknowledges = false;
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  publisher.publish("t", "3", Q1);
  const auto before = subscriber.publications;
  ASSERT_EQ(before.size(), 3u);
  subscriber.ack(PacketType::Puback, before[0].packet_id);
  subscriber.ack(PacketType::Pubrec, before[1].packet_id);
  world.advance(milliseconds(200));  // what nobody waits for is committed now and then
  subscriber.take_payloads();
  world.restart();

  subscriber.acknowledges = true;
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  ASSERT_EQ(subscriber.payloads(), Payloads{"3"});
  EXPECT_TRUE(subscriber.publications[0].dup);
  EXPECT_EQ(subscriber.publications[0].packet_id, before[2].packet_id);
  ASSERT_FALSE(subscriber.acks.empty());
  EXPECT_EQ(subscriber.acks[0].type, PacketType::Pubrel);
  EXPECT_EQ(subscriber.acks[0].packet_id, before[1].packet_id);
  EXPECT_TRUE(subscriber.unfinished().empty());
}

TEST_P(Restart, GoesOnBehindMessagesThatWereFinishedOutOfOrder) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.acknowledges = false;
  Client& publisher = world.connected("p");
  for (const char* payload : {"1", "2", "3", "4"}) publisher.publish("t", payload, Q2);
  const auto before = subscriber.publications;
  subscriber.ack(PacketType::Pubrec, before[0].packet_id);
  for (int i : {2, 3}) {
    subscriber.ack(PacketType::Pubrec, before[static_cast<std::size_t>(i)].packet_id);
    subscriber.ack(PacketType::Pubcomp, before[static_cast<std::size_t>(i)].packet_id);
  }
  world.advance(milliseconds(200));
  subscriber.take_payloads();
  world.restart();

  subscriber.acknowledges = true;
  ASSERT_TRUE(subscriber.resumes(kPersistent));
  Client& later = world.connected("p");
  later.publish("t", "5", Q2);

  EXPECT_EQ(subscriber.payloads(), Payloads{"5"});  // "2" was received and is not finished
  EXPECT_TRUE(subscriber.unfinished().empty());
}

TEST_P(Restart, KnowsARepeatedQos2PublishForOne) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.drop();
  Client& publisher = world.connected("p", kPersistent);
  publisher.stall();  // PUBREC does not arrive
  publisher.publish("t", "once", Q2);
  world.restart();
  ASSERT_TRUE(publisher.resumes(kPersistent));

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_TRUE(publisher.sending().empty());
  EXPECT_EQ(subscriber.payloads(), Payloads{"once"});
}

TEST_P(Restart, TakesAnIdentifierThatWasReleasedForANewMessage) {
  world.connected("s", kPersistent).subscribe("t", Q2);
  Client& publisher = world.connected("p", kPersistent);
  const std::uint16_t packet_id = publisher.publish("t", "first", Q2);
  world.restart();
  Client& subscriber = world.client("s");
  ASSERT_TRUE(subscriber.resumes(kPersistent));
  subscriber.take_payloads();
  Client& again = world.client("p");
  ASSERT_TRUE(again.resumes(kPersistent));

  const std::uint16_t same_id = again.publish("t", "second", Q2);

  EXPECT_EQ(same_id, packet_id);
  EXPECT_EQ(subscriber.payloads(), Payloads{"second"});
}

TEST_P(Restart, KeepsRetainedMessages) {
  Client& publisher = world.connected("p");
  for (const char* topic : {"a", "b", "c"})
    publisher.publish(topic, "old", {.qos = Q1, .retain = true});
  publisher.publish("b", "new", {.qos = Q1, .retain = true});
  publisher.publish("c", "", {.qos = Q1, .retain = true});
  world.restart();

  Client& subscriber = world.connected("s");
  subscriber.subscribe("#", Q1);

  Payloads found = subscriber.payloads();
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (Payloads{"new", "old"}));
}

TEST_P(Restart, OwesAPersistentSessionTheRetainedMessagesItAskedFor) {
  Client& publisher = world.connected("p");
  for (int i = 0; i < 20; ++i) {
    publisher.publish("r/" + std::to_string(i), "x", {.qos = Q1, .retain = true});
  }
  Client& subscriber = world.connected("s", {.expiry = 3600, .receive_maximum = 1});
  subscriber.acknowledges = false;
  subscriber.subscribe("r/#", Q1);
  ASSERT_EQ(subscriber.publications.size(), 1u);
  world.restart();

  subscriber.acknowledges = true;
  subscriber.take_payloads();
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.publications.size(), 20u);
}

TEST_P(Restart, SendsTheWillOfAClientThatWasConnected) {
  Client& watcher = world.connected("w", kPersistent);
  watcher.subscribe("will/#", Q1);
  world.connected("clean", {.will = WillSpec{"will/clean", "1", Q1}});
  world.connected("late", {.expiry = 60, .will = WillSpec{"will/late", "2", Q1, false, 10}});
  world.connected("left", {.will = WillSpec{"will/left", "3", Q1}}).leave();
  world.advance(milliseconds(200));
  world.restart();
  ASSERT_TRUE(watcher.resumes(kPersistent));
  world.advance(milliseconds(300));

  EXPECT_EQ(watcher.take_payloads(), Payloads{"1"});
  world.advance(seconds(10));
  EXPECT_EQ(watcher.take_payloads(), Payloads{"2"});
  world.restart();
  world.advance(seconds(20));
  ASSERT_TRUE(watcher.resumes(kPersistent));
  EXPECT_TRUE(watcher.take_payloads().empty());
}

TEST_P(Restart, SendsTheWillOfAClientThatIsBackAtOnce) {
  Client& watcher = world.connected("w", kPersistent);
  watcher.subscribe("will", Q1);
  Client& client = world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1}});
  world.restart();

  ASSERT_TRUE(client.resumes(kPersistent));
  ASSERT_TRUE(watcher.resumes(kPersistent));

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(Restart, EndsSessionsThatExpiredMeanwhile) {
  world.connected("short", {.expiry = 10}).drop();
  world.connected("long", {.expiry = 60}).drop();
  world.advance(milliseconds(200));
  world.crash();
  world.pass(seconds(20));
  world.start(GetParam());
  world.advance(milliseconds(200));

  EXPECT_EQ(world.sessions(), 1u);
  EXPECT_FALSE(world.client("short").resumes(kPersistent));
  EXPECT_TRUE(world.client("long").resumes(kPersistent));
}

TEST_P(Restart, EndsASessionThatWasToEndWithItsConnection) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  ASSERT_TRUE(client.resumes({.expiry = 0}));

  world.restart();

  EXPECT_EQ(world.sessions(), 0u);
  EXPECT_FALSE(client.resumes(kPersistent));
}

TEST_P(Restart, CountsMessageExpiryWhileItIsDown) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  publisher.publish("t", "short", {.qos = Q1, .expiry = 10});
  publisher.publish("t", "long", {.qos = Q1, .expiry = 60});
  world.crash();
  world.pass(seconds(20));
  world.start(GetParam());

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  ASSERT_EQ(subscriber.payloads(), Payloads{"long"});
  EXPECT_EQ(subscriber.publications[0].expiry, 40u);
}

TEST_P(Restart, DeliversQos2OnceWhateverShardsHadCommitted) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    World one(GetParam(), seed);
    std::vector<Client*> subscribers;
    for (int i = 0; i < 4; ++i) {
      subscribers.push_back(&one.connected("s" + std::to_string(i), kPersistent));
      subscribers.back()->subscribe("t", Q2);
    }
    Client& publisher = one.connected("p", kPersistent);
    one.by_hand = true;
    Payloads sent;
    for (int i = 0; i < 20; ++i) {
      sent.push_back(std::to_string(i));
      publisher.request_publish("t", sent.back(), {.qos = Q2});
      for (std::uint64_t steps = (seed * 7 + static_cast<std::uint64_t>(i)) % 11; steps > 0;
           --steps) {
        one.step();
      }
      if (i % 5 != 4) continue;
      for (std::uint64_t crashes = seed % 4; crashes > 0; --crashes) {  // in recovery, too
        one.crash();
        one.start(1 + static_cast<unsigned>(seed + crashes) % 4);
        for (std::uint64_t steps = (seed * 5 + crashes) % 30; steps > 0; --steps) one.step();
      }
      one.crash();
      one.start(1 + static_cast<unsigned>(seed + static_cast<std::uint64_t>(i)) % 4);
      one.by_hand = false;
      ASSERT_TRUE(publisher.resumes(kPersistent));
      for (Client* subscriber : subscribers) ASSERT_TRUE(subscriber->resumes(kPersistent));
      one.by_hand = true;
    }
    one.by_hand = false;
    one.settle_all();
    EXPECT_TRUE(publisher.sending().empty());
    for (Client* subscriber : subscribers) EXPECT_EQ(subscriber->payloads(), sent);
  }
}

TEST_P(Restart, GivesAGroupEachQos2MessageOnceWhateverShardsHadCommitted) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    World one(GetParam(), seed);
    std::vector<Client*> members;
    for (int i = 0; i < 4; ++i) {
      members.push_back(&one.connected("m" + std::to_string(i), kPersistent));
      members.back()->subscribe("$share/g/t", Q2);
    }
    Client& publisher = one.connected("p", kPersistent);
    one.by_hand = true;
    std::multiset<std::string> sent;
    for (int i = 0; i < 12; ++i) {
      publisher.request_publish("t", *sent.insert(std::to_string(i)), {.qos = Q2});
      for (std::uint64_t steps = (seed * 7 + static_cast<std::uint64_t>(i)) % 17; steps > 0;
           --steps) {
        one.step();
      }
      if (i == 3) members[seed % 4]->drop();  // others take what it has
      if (i % 4 != 3) continue;
      one.crash();
      one.start(1 + static_cast<unsigned>(seed + static_cast<std::uint64_t>(i)) % 4);
      one.by_hand = false;
      ASSERT_TRUE(publisher.resumes(kPersistent));
      for (Client* member : members) {
        ASSERT_TRUE(member->is_open() || member->resumes(kPersistent));
      }
      one.by_hand = true;
    }
    one.by_hand = false;
    one.settle_all();
    std::multiset<std::string> got;
    for (Client* member : members) {
      for (const auto& payload : member->payloads()) got.insert(payload);
    }
    EXPECT_EQ(got, sent);
  }
}

TEST_P(Restart, SendsAgainWhatExpiredInFlight) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.acknowledges = false;
  world.connected("p").publish("t", "1", {.qos = Q2, .expiry = 5});
  ASSERT_EQ(subscriber.unfinished().size(), 1u);
  world.crash();
  world.pass(seconds(10));
  world.start(GetParam());

  subscriber.acknowledges = true;
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_TRUE(subscriber.unfinished().empty());  // the id may be used for another message
}

TEST_P(Restart, WithOtherShardsLosesNothing) {
  std::vector<Client*> subscribers;
  for (int i = 0; i < 10; ++i) {
    subscribers.push_back(&world.connected("s" + std::to_string(i), kPersistent));
    subscribers.back()->subscribe("t", Q2);
    subscribers.back()->drop();
  }
  Client& publisher = world.connected("p");
  for (int i = 0; i < 50; ++i) publisher.publish("t", std::to_string(i), Q2);
  publisher.publish("r", "kept", {.qos = Q1, .retain = true});
  for (unsigned shards : {2U, 4U, 1U, 3U}) {
    world.crash();
    world.start(shards);
    Client& more = world.connected("more");
    more.publish("t", "with " + std::to_string(shards), Q1);
    world.advance(seconds(3));
  }

  for (Client* subscriber : subscribers) {
    ASSERT_TRUE(subscriber->resumes(kPersistent));
    ASSERT_EQ(subscriber->publications.size(), 54u);
    EXPECT_EQ(subscriber->publications.back().payload, "with 3");
  }
  Client& reader = world.connected("reader");
  reader.subscribe("r", Q1);
  EXPECT_EQ(reader.payloads(), Payloads{"kept"});
}

SLUICE_SCENARIOS(Promises);

TEST_P(Promises, AreKeptBeforeTheyAreSaid) {
  world.connected("s", kPersistent).subscribe("t", Q2);
  Client& publisher = world.connected("p", kPersistent);
  world.store.is_stuck = true;

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  EXPECT_TRUE(publisher.acks.empty());
  Client& fresh = world.client("fresh");
  fresh.connect(kPersistent);
  EXPECT_FALSE(fresh.connack);

  world.store.is_stuck = false;
  world.settle();
  EXPECT_EQ(publisher.acks.size(), 3u);  // PUBACK, PUBREC, PUBCOMP
  EXPECT_TRUE(fresh.is_connected());
}

TEST_P(Promises, HoldForASubscriberWhoLeavesTheTopicAfterThem) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    World one(GetParam(), seed);
    Client& subscriber = one.connected("s" + std::to_string(seed), kPersistent);
    subscriber.subscribe("t", Q2);
    Client& publisher = one.connected("p", kPersistent);
    one.by_hand = true;

    publisher.request_publish("t", "x", {.qos = Q2});
    while (publisher.acks.empty()) ASSERT_TRUE(one.step());  // PUBREC
    subscriber.request_unsubscribe("t");
    one.settle_all();

    EXPECT_EQ(subscriber.payloads(), Payloads{"x"});
  }
}

TEST_P(Promises, AreNotWaitedForWhereNobodyKeepsTheMessage) {
  world.connected("s").subscribe("t", Q2);
  Client& publisher = world.connected("p");
  const std::uint64_t commits = world.store.commits;
  world.store.is_stuck = true;

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);

  EXPECT_TRUE(publisher.sending().empty());
  EXPECT_EQ(world.store.commits, commits);
}

TEST_P(Promises, HoldQos2BackFromAPersistentReceiver) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  world.store.is_stuck = true;

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  EXPECT_EQ(subscriber.payloads(), Payloads{"1"});

  world.store.is_stuck = false;
  world.settle();
  EXPECT_EQ(subscriber.payloads(), (Payloads{"1", "2"}));
}

TEST_P(Promises, AreRefusedWhenTheStoreFails) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);
  Client& modern = world.connected("v5");
  Client& old = world.connected("v3", {.version = Version::V311});
  world.fail_store(true);

  modern.publish("t", "refused", Q1);
  old.publish("t", "waits", Q1);
  old.publish("t", "behind", Q0);
  modern.publish("t", "passes", Q0);

  ASSERT_EQ(modern.acks.size(), 1u);
  EXPECT_EQ(modern.acks[0].reason, ReasonCode::QuotaExceeded);
  EXPECT_TRUE(old.acks.empty());
  EXPECT_EQ(subscriber.payloads(), Payloads{"passes"});
  EXPECT_FALSE(world.client("late").connect(kPersistent));
  EXPECT_TRUE(world.client("transient").connect());

  world.fail_store(false);
  EXPECT_EQ(old.acks.size(), 1u);
  EXPECT_EQ(subscriber.payloads(), (Payloads{"passes", "waits", "behind"}));
}

TEST_P(Promises, AreRepeatedWhileTheStoreFails) {
  Client& subscriber = world.connected("s");
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p", kPersistent);
  publisher.stall();
  publisher.publish("t", "1", Q2);
  publisher.drop();
  ASSERT_TRUE(publisher.resumes(kPersistent));
  world.settle();
  ASSERT_TRUE(publisher.sending().empty());
  publisher.stall();
  publisher.publish("t", "2", Q2);
  world.fail_store(true);

  publisher.unstall();

  EXPECT_EQ(subscriber.payloads(), (Payloads{"1", "2"}));
  world.fail_store(false);
  EXPECT_TRUE(publisher.sending().empty());
}

}  // namespace
}  // namespace sluice::broker
