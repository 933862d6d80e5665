// Sessions over time: expiry, take-over, Keep Alive, the Will.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.clean_start = false, .expiry = 3600};

SLUICE_SCENARIOS(SessionExpiry);

TEST_P(SessionExpiry, KeepsTheSessionUntilItsLastSecond) {
  Client& client = world.connected("c", {.expiry = 10});
  client.subscribe("t", Q1);
  client.drop();

  world.advance(milliseconds{9900});

  EXPECT_TRUE(client.resumes({.expiry = 10}));
}

TEST_P(SessionExpiry, EndsTheSessionWhenTheTimeIsOver) {
  Client& client = world.connected("c", {.expiry = 10});
  client.subscribe("t", Q1);
  client.drop();

  world.advance(seconds{10});

  EXPECT_EQ(world.sessions(), 0u);
  EXPECT_EQ(world.subscriptions(), 0u);
  EXPECT_FALSE(client.resumes({.expiry = 10}));
}

TEST_P(SessionExpiry, StartsAgainWithEachDisconnect) {
  Client& client = world.connected("c", {.expiry = 10});
  client.drop();
  world.advance(seconds{8});
  client.resumes({.expiry = 10});
  world.advance(seconds{30});
  client.drop();

  world.advance(seconds{8});

  EXPECT_TRUE(client.resumes({.expiry = 10}));
}

TEST_P(SessionExpiry, CanBeChangedByDisconnect) {
  Client& client = world.connected("c", {.expiry = 10});
  client.leave(ReasonCode::Success, 100);

  world.advance(seconds{50});

  EXPECT_TRUE(client.resumes({.expiry = 10}));
}

TEST_P(SessionExpiry, OfZeroEndsTheSessionWithItsConnection) {
  Client& client = world.connected("c");

  client.drop();

  EXPECT_EQ(world.sessions(), 0u);
}

TEST_P(SessionExpiry, MayNotBeRaisedFromZeroByDisconnect) {
  Client& client = world.connected("c");

  client.leave(ReasonCode::Success, 5);

  EXPECT_EQ(client.disconnect, ReasonCode::ProtocolError);
  EXPECT_EQ(world.sessions(), 0u);
}

TEST_P(SessionExpiry, OfMqtt311WithoutCleanSessionIsForEver) {
  Client& client = world.connected("c", {.version = Version::V311, .clean_start = false});
  client.drop();

  world.advance(seconds{3600});

  EXPECT_TRUE(client.resumes({.version = Version::V311}));
}

TEST_P(SessionExpiry, IsCappedByTheSettingAndTold) {
  world.settings.mqtt.session_expiry_max = 5;
  Client& client = world.connected("c", {.expiry = 100});

  EXPECT_EQ(client.connack->properties.session_expiry_interval, 5u);
  client.drop();
  world.advance(seconds{5});
  EXPECT_EQ(world.sessions(), 0u);
}

SLUICE_SCENARIOS(TakeOver);

TEST_P(TakeOver, TellsTheOldConnectionAndKeepsTheSession) {
  Client& old = world.connected("c", kPersistent);
  old.subscribe("t", Q1);
  Client& publisher = world.connected("p");

  Client& fresh = world.client("c");
  EXPECT_TRUE(fresh.resumes(kPersistent));
  publisher.publish("t", "1", Q1);

  EXPECT_EQ(old.disconnect, ReasonCode::SessionTakenOver);
  EXPECT_FALSE(old.is_open());
  EXPECT_EQ(fresh.payloads(), Payloads{"1"});
  EXPECT_EQ(world.sessions(), 2u);
  EXPECT_EQ(world.refused(RefusalReason::TakenOver), 1u);
}

TEST_P(TakeOver, WithCleanStartEndsTheOldSession) {
  Client& old = world.connected("c", kPersistent);
  old.subscribe("t", Q1);

  Client& fresh = world.connected("c", {.clean_start = true, .expiry = 10});

  EXPECT_FALSE(fresh.connack->session_present);
  EXPECT_EQ(world.sessions(), 1u);
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(TakeOver, OfASessionThatEndsWithItsConnectionBeginsANewOne) {
  Client& old = world.connected("c");
  old.subscribe("t", Q1);

  Client& fresh = world.client("c");

  EXPECT_FALSE(fresh.resumes({}));
  EXPECT_TRUE(fresh.is_connected());
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(TakeOver, SendsTheUnacknowledgedAgainOnTheNewConnection) {
  Client& old = world.connected("c", kPersistent);
  old.acknowledges = false;
  old.subscribe("t", Q1);
  world.connected("p").publish("t", "1", Q1);

  Client& fresh = world.client("c");
  fresh.resumes(kPersistent);

  ASSERT_EQ(fresh.payloads(), Payloads{"1"});
  EXPECT_TRUE(fresh.publications[0].dup);
  EXPECT_EQ(fresh.publications[0].packet_id, old.publications[0].packet_id);
}

SLUICE_SCENARIOS(KeepAlive);

TEST_P(KeepAlive, EndsASilentConnectionAfterOneAndAHalfTimesTheInterval) {
  Client& client = world.connected("c", {.keep_alive = 10});

  world.advance(milliseconds{14'900});
  EXPECT_TRUE(client.is_open());
  world.advance(milliseconds{100});

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(client.disconnect, ReasonCode::KeepAliveTimeout);
}

TEST_P(KeepAlive, IsSatisfiedByAnyPacket) {
  Client& client = world.connected("c", {.keep_alive = 10});

  for (int i = 0; i < 10; ++i) {
    world.advance(seconds{14});
    client.ping();
  }

  EXPECT_TRUE(client.is_open());
  EXPECT_EQ(client.pings, 10u);
}

TEST_P(KeepAlive, OfZeroIsOff) {
  Client& client = world.connected("c");

  world.advance(seconds{3600});

  EXPECT_TRUE(client.is_open());
}

TEST_P(KeepAlive, OfMqtt5IsCappedAndTold) {
  world.settings.mqtt.keep_alive_max = seconds{20};
  Client& client = world.connected("c", {.keep_alive = 100});

  EXPECT_EQ(client.connack->properties.server_keep_alive, 20);
  world.advance(seconds{30});
  EXPECT_FALSE(client.is_open());
}

SLUICE_SCENARIOS(WillMessage);

TEST_P(WillMessage, IsPublishedWhenTheConnectionIsLost) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client = world.connected("c", {.will = WillSpec{"will", "gone", Q1}});

  client.drop();

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, IsDeletedByANormalDisconnect) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client = world.connected("c", {.will = WillSpec{"will", "gone", Q1}});

  client.leave();

  EXPECT_TRUE(watcher.publications.empty());
}

TEST_P(WillMessage, IsPublishedByDisconnectWithWill) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client = world.connected("c", {.will = WillSpec{"will", "gone", Q1}});

  client.leave(ReasonCode::DisconnectWithWill);

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, WaitsForItsDelay) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client =
      world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1, false, 10}});

  client.drop();
  world.advance(milliseconds{9900});
  EXPECT_TRUE(watcher.publications.empty());
  world.advance(milliseconds{100});

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
  EXPECT_EQ(world.sessions(), 2u);
}

TEST_P(WillMessage, IsNotPublishedWhenTheClientIsBackInTime) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client =
      world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1, false, 10}});

  client.drop();
  world.advance(seconds{5});
  client.resumes({.expiry = 60});
  world.advance(seconds{60});

  EXPECT_TRUE(watcher.publications.empty());
}

TEST_P(WillMessage, IsPublishedAtTheEndOfTheSessionIfThatComesBeforeItsDelay) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client =
      world.connected("c", {.expiry = 5, .will = WillSpec{"will", "gone", Q1, false, 10}});

  client.drop();
  world.advance(seconds{5});

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, IsPublishedWhenCleanStartEndsTheSessionThatWaits) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  Client& client =
      world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1, false, 10}});

  client.drop();
  client.connect({.clean_start = true});

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, IsPublishedOnceByATakeOver) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1}});

  Client& fresh = world.client("c");
  fresh.resumes({.expiry = 60});

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, IsKeptBackByATakeOverWithinItsDelay) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1, false, 10}});

  Client& fresh = world.client("c");
  fresh.resumes({.expiry = 60});
  world.advance(seconds{70});

  EXPECT_TRUE(watcher.publications.empty());
}

TEST_P(WillMessage, IsRetainedWhenItSaysSo) {
  Client& client = world.connected("c", {.will = WillSpec{"will", "gone", Q1, true}});
  client.drop();

  Client& late = world.connected("w");
  late.subscribe("will", Q1);

  EXPECT_EQ(late.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, IsPublishedWhenKeepAliveEndsTheConnection) {
  Client& watcher = world.connected("w");
  watcher.subscribe("will", Q1);
  world.connected("c", {.keep_alive = 10, .will = WillSpec{"will", "gone", Q1}});

  world.advance(seconds{15});

  EXPECT_EQ(watcher.payloads(), Payloads{"gone"});
}

TEST_P(WillMessage, OfASessionIsNotDeliveredToItsOwnEndedSubscriptions) {
  Client& client = world.connected("c", {.will = WillSpec{"will", "gone", Q1}});
  client.subscribe("will", Q1);

  client.drop();

  EXPECT_EQ(world.sessions(), 0u);
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(WillMessage, WaitsInItsOwnPersistentSession) {
  Client& client = world.connected("c", {.expiry = 60, .will = WillSpec{"will", "gone", Q1}});
  client.subscribe("will", Q1);

  client.drop();
  client.resumes({.expiry = 60});

  EXPECT_EQ(client.payloads(), Payloads{"gone"});
}

SLUICE_SCENARIOS(ShutDown);

TEST_P(ShutDown, TellsEveryClientAndClosesItsConnection) {
  Client& one = world.connected("1");
  Client& two = world.connected("2");
  Client& three = world.connected("3", {.version = Version::V311});

  world.shut_down();

  EXPECT_EQ(one.disconnect, ReasonCode::ServerShuttingDown);
  EXPECT_EQ(two.disconnect, ReasonCode::ServerShuttingDown);
  EXPECT_FALSE(three.disconnect);
  EXPECT_FALSE(one.is_open() || two.is_open() || three.is_open());
  EXPECT_EQ(world.refused(RefusalReason::ShuttingDown), 3u);
}

}  // namespace
}  // namespace sluice::broker
