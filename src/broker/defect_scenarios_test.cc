// What other brokers got wrong, as tests of what has to happen instead: those that need a clock, a
// store that fails or the end of the process. The others are in tests/conformance/defects.cc, and
// docs/reference/wishes-tests.md has the list.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;
using std::chrono::hours;
using std::chrono::minutes;

const Connect kPersistent{.expiry = 3600};
const Connect kForEver{.expiry = 0xFFFFFFFF};

Payloads numbers(int from, int to) {
  Payloads all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

SLUICE_SCENARIOS(Defects);

TEST_P(Defects, AStoreThatFailedOnceHoldsUpNoLaterAcknowledgement) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  Client& modern = world.connected("v5");
  Client& old = world.connected("v3", {.version = Version::V311});
  world.store.is_stuck = true;
  for (Client* publisher : {&modern, &old}) publisher->publish("t", "under way", Q1);
  world.fail_store(true);
  for (Client* publisher : {&modern, &old}) publisher->publish("t", "while failed", Q1);

  world.fail_store(false);
  for (int i = 0; i < 200; ++i) {
    modern.publish("t", std::to_string(i), i % 2 == 0 ? Q1 : Q2);
    old.publish("t", std::to_string(i), i % 2 == 0 ? Q2 : Q1);
  }

  for (Client* publisher : {&modern, &old}) {
    EXPECT_TRUE(publisher->is_connected());
    EXPECT_TRUE(publisher->sending().empty());
    std::vector<std::uint16_t> first_answers;
    for (const Ack& ack : publisher->acks) {
      if (ack.type != PacketType::Pubcomp) first_answers.push_back(ack.packet_id);
    }
    EXPECT_EQ(first_answers.size(), 202u);
    EXPECT_TRUE(std::is_sorted(first_answers.begin(), first_answers.end()));
  }
}

TEST_P(Defects, SubackComesWhenTheStoreTakesItAgain) {
  Client& subscriber = world.connected("s", kPersistent);
  world.fail_store(true);
  const std::uint16_t packet_id = subscriber.request_subscribe({"t"}, {.qos = Q1});
  world.settle();
  EXPECT_FALSE(subscriber.suback_code(packet_id));

  world.fail_store(false);

  EXPECT_EQ(subscriber.suback_code(packet_id), ReasonCode::GrantedQos1);
  world.restart();
  world.connected("p").publish("t", "x", Q1);
  ASSERT_TRUE(subscriber.resumes(kPersistent));
  EXPECT_EQ(subscriber.payloads(), Payloads{"x"});
}

TEST_P(Defects, DupIsSetHoweverLongTheClientWasAway) {
  Client& subscriber = world.connected("s", kForEver);
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  const std::vector<Publication> first = subscriber.publications;
  ASSERT_EQ(first.size(), 2u);

  for (const unsigned shards : {2u, 3u, 1u}) {
    subscriber.drop();
    world.advance(minutes(6));
    world.crash();
    world.pass(hours(24));
    world.start(shards);
    subscriber.publications.clear();
    ASSERT_TRUE(subscriber.resumes(kForEver));

    // The Client knows the QoS 2 message by its Packet Identifier: its application sees it once.
    ASSERT_EQ(subscriber.payloads(), Payloads{"1"}) << shards << " shards";
    EXPECT_TRUE(subscriber.publications[0].dup);
    EXPECT_EQ(subscriber.publications[0].packet_id, first[0].packet_id);
    EXPECT_TRUE(subscriber.unfinished().contains(first[1].packet_id));
  }
}

TEST_P(Defects, GroupsAndPlainSubscriptionOnOneFilterOutliveARestart) {
  Client& subscriber = world.connected("s", kPersistent);
  for (const char* filter : {"$share/a/t", "$share/b/t", "t"}) subscriber.subscribe(filter, Q1);
  world.restart();
  world.connected("p").publish("t", "three", Q1);
  ASSERT_TRUE(subscriber.resumes(kPersistent));
  EXPECT_EQ(subscriber.take_payloads(), Payloads(3, "three"));

  subscriber.unsubscribe("$share/a/t");
  world.restart();
  world.connected("p").publish("t", "two", Q1);
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.take_payloads(), Payloads(2, "two"));
}

TEST_P(Defects, ASessionForEverOutlivesAHundredYears) {
  Client& subscriber = world.connected("s", kForEver);
  subscriber.subscribe("t", Q1);
  world.crash();
  world.pass(hours(100 * 366 * 24));
  world.start(GetParam());
  world.advance(minutes(2));
  world.connected("p").publish("t", "x", Q1);

  ASSERT_TRUE(subscriber.resumes(kForEver));

  EXPECT_EQ(subscriber.payloads(), Payloads{"x"});
}

TEST_P(Defects, SubscribingAgainUnderTrafficLosesAndDoublesNothing) {
  constexpr int kCount = 60;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    World one(GetParam(), seed);
    Client& subscriber = one.connected("s", kPersistent);
    const Subscribe how{.qos = Q2, .retain_handling = mqtt::RetainHandling::DoNotSend};
    subscriber.subscribe("t", how);
    Client& publisher = one.connected("p");
    one.by_hand = true;

    for (int i = 0; i < kCount; ++i) {
      publisher.request_publish("t", std::to_string(i), {.qos = Q2});
      subscriber.request_subscribe({"t"}, how);
      for (int step = 0; step < 5; ++step) one.step();
    }
    one.settle_all();

    EXPECT_EQ(subscriber.payloads(), numbers(0, kCount));
  }
}

TEST_P(Defects, HalfDoneQos2LeavesTheStoreWithItsSession) {
  constexpr int kCount = 400;
  const std::string payload(20'000, 'x');
  const Connect brief{.expiry = 10};
  for (int i = 0; i < kCount; ++i) {
    Client& receiver = world.connected("receiver" + std::to_string(i), brief);
    Client& sender = world.connected("sender" + std::to_string(i), brief);
    const std::string topic = std::to_string(i);
    receiver.subscribe(topic, Q2);
    receiver.acknowledges = sender.acknowledges = false;
    sender.publish(topic, payload, Q2);  // PUBREC is not answered
    ASSERT_EQ(receiver.publications.size(), 1u);
    if (i % 2 == 0) receiver.ack(PacketType::Pubrec, receiver.publications[0].packet_id);
    receiver.drop();
    sender.drop();
  }
  const std::size_t stored = world.store.page_bytes();
  ASSERT_GT(stored, kCount * payload.size());

  world.advance(seconds(60));

  EXPECT_EQ(world.sessions(), 0u);
  using storage::Table;
  for (const Table table : {Table::Sessions, Table::Subscriptions, Table::Queues}) {
    EXPECT_EQ(world.store.rows(table), 0u) << "table " << static_cast<int>(table);
  }
  EXPECT_LT(world.store.page_bytes(), stored / 2);  // what is dead goes in large pieces
}

TEST_P(Defects, AnAcknowledgementHeldForAMinuteCostsNoWindow) {
  Client& subscriber = world.connected("s", {.expiry = 3600, .receive_maximum = 5});
  subscriber.acknowledges = false;
  subscriber.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  for (const std::string& payload : numbers(0, 30)) publisher.publish("t", payload, Q1);

  for (std::size_t round = 1; round <= 6; ++round) {
    world.advance(minutes(1));
    ASSERT_EQ(subscriber.publications.size(), 5 * round);  // nothing is sent again meanwhile
    for (std::size_t i = 5 * (round - 1); i < 5 * round; ++i) {
      subscriber.ack(PacketType::Puback, subscriber.publications[i].packet_id);
    }
  }

  EXPECT_EQ(subscriber.payloads(), numbers(0, 30));
  for (const Publication& one : subscriber.publications) EXPECT_FALSE(one.dup);
}

TEST_P(Defects, AnApplicationThatHoldsAnAcknowledgementDisturbsNobody) {
  world.settings.clients.application_ids = "app-.*";
  world.restart();  // the expression is read at the start
  Client& slow = world.connected("app-1", {.expiry = 3600, .receive_maximum = 1});
  Client& other = world.connected("app-2", kPersistent);
  slow.acknowledges = false;
  for (Client* application : {&slow, &other}) application->subscribe("t", Q1);
  Client& publisher = world.connected("p");
  for (const std::string& payload : numbers(0, 50)) publisher.publish("t", payload, Q1);

  world.advance(minutes(6));
  for (const std::string& payload : numbers(50, 100)) publisher.publish("t", payload, Q1);

  EXPECT_EQ(other.payloads(), numbers(0, 100));
  EXPECT_EQ(slow.payloads(), numbers(0, 1));
  slow.acknowledges = true;
  slow.ack(PacketType::Puback, slow.publications[0].packet_id);
  EXPECT_EQ(slow.payloads(), numbers(0, 100));
  EXPECT_EQ(other.publications.size(), 100u);
}

TEST_P(Defects, AClientIdentifierOfAThousandCharactersOutlivesARestart) {
  Client& subscriber = world.connected(std::string(1000, 'i'), kPersistent);
  subscriber.subscribe("t", Q1);
  world.restart();
  world.connected("p").publish("t", "x", Q1);
  world.restart();

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.payloads(), Payloads{"x"});
}

}  // namespace
}  // namespace sluice::broker
