// What an operator is told of Clients, and of what was dropped for them.

#include "broker/testing/observing.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

class Events : public Scenario {
 protected:
  void SetUp() override { watch(world, events_only()); }

  std::vector<Event> events() {
    world.advance(seconds{1});  // drops are folded for so long
    return collect(world).events;
  }
  /// Those of one kind.
  std::vector<Event> events(EventKind kind) {
    std::vector<Event> all = events();
    std::erase_if(all, [kind](const Event& event) { return event.kind != kind; });
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, Events, ::testing::Values(1U, 3U), shards_name);

TEST_P(Events, TellWhoConnectedAndLeft) {
  Client& client = world.connected("c");
  client.leave();

  const auto all = events();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].kind, EventKind::Connected);
  EXPECT_EQ(all[0].client_id, "c");
  EXPECT_EQ(all[0].address, "192.0.2.1");
  EXPECT_GT(all[0].at, 0);
  EXPECT_EQ(all[1].kind, EventKind::Disconnected);
  EXPECT_EQ(all[1].reason, "disconnect");
  EXPECT_FALSE(all[1].by_server);
  EXPECT_EQ(all[2].kind, EventKind::SessionEnded);
}

TEST_P(Events, TellWhomTheServerDisconnectedAndWhy) {
  Client& client = world.connected("c");
  client.send_bytes(std::string("\xF8\x00", 2));  // AUTH with a flag

  const auto all = events(EventKind::Disconnected);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].by_server);
  EXPECT_EQ(all[0].code, ReasonCode::MalformedPacket);
  EXPECT_EQ(all[0].reason, "malformed_packet");
}

TEST_P(Events, TellOfALostConnection) {
  world.connected("c").drop();

  const auto all = events(EventKind::Disconnected);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].reason, "connection_lost");
  EXPECT_EQ(all[0].address, "192.0.2.1");
}

TEST_P(Events, TellWhomAProviderRefusedAndWhy) {
  world.ask([](const auth::ConnectRequest&) {
    return auth::Refused{ReasonCode::BadUserNameOrPassword, "wrong password"};
  });
  world.client("c").connect({.user_name = "u", .password = "p"});

  const auto all = events();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].kind, EventKind::Refused);
  EXPECT_EQ(all[0].client_id, "c");
  EXPECT_EQ(all[0].username, "u");
  EXPECT_EQ(all[0].code, ReasonCode::BadUserNameOrPassword);
  EXPECT_EQ(all[0].reason, "wrong password");
}

TEST_P(Events, TellWhoIsBlocked) {
  auth::Policy policy;
  policy.allows_anonymous = true;
  policy.block_list = *auth::BlockList::make({{.value = "c"}});
  world.set_policy(std::move(policy));
  world.client("c").connect();

  const auto all = events(EventKind::Refused);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].code, ReasonCode::Banned);
  EXPECT_EQ(all[0].reason, "blocked");
}

TEST_P(Events, FoldDropsOfAClientByReasonAndSecond) {
  Client& sleeper = world.connected("s", {.expiry = 100});
  sleeper.subscribe("t", Q1);
  sleeper.drop();
  events();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 5; ++i) publisher.publish("t", "x", Q0);

  const auto all = events(EventKind::Dropped);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].client_id, "s");
  EXPECT_EQ(all[0].reason, "offline");
  EXPECT_EQ(all[0].topic, "t");
  EXPECT_EQ(all[0].count, 5u);
}

TEST_P(Events, AreCountedBeyondTheBound) {
  constexpr std::size_t kCycles = kEventsMax / 3 + 10;  // connected, disconnected, ended
  Client& client = world.client("c");
  for (std::size_t i = 0; i < kCycles; ++i) {
    client.connect();
    client.leave();
  }

  const Observations all = collect(world);
  EXPECT_EQ(all.events.size(), kEventsMax);
  EXPECT_EQ(all.events_lost, 3 * kCycles - kEventsMax);
}

TEST_P(Events, AreNotGatheredWhenNobodyWatches) {
  watch(world, Watch{});
  world.connected("c").leave();

  EXPECT_TRUE(events().empty());
}

TEST_P(Events, DropsAreListedWhetherWatchedOrNot) {
  watch(world, Watch{});
  Client& sleeper = world.connected("s", {.expiry = 100});
  sleeper.subscribe("t", Q1);
  sleeper.drop();
  world.connected("p").publish("t", "x", Q0);

  const auto dropped = list_dropped(world, "s");
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Offline);
  EXPECT_EQ(dropped[0].count, 1u);
  EXPECT_EQ(dropped[0].last_topic, "t");
}

}  // namespace
}  // namespace sluice::broker
