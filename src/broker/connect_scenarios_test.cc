// What a CONNECT may cost and who is let in.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

SLUICE_SCENARIOS(Connecting);

TEST_P(Connecting, EndsWithoutAConnectInTime) {
  Client& client = world.client("c");
  client.open();

  world.advance(milliseconds{4900});
  EXPECT_TRUE(client.is_open());
  world.advance(milliseconds{100});

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(world.refused(RefusalReason::ConnectTimeout), 1u);
}

TEST_P(Connecting, MustBeginWithConnect) {
  Client& client = world.client("c");
  client.open();

  client.ping();

  EXPECT_FALSE(client.is_open());
  EXPECT_TRUE(client.order.empty());
}

TEST_P(Connecting, IsRefusedBeyondTheLimitOfSessions) {
  world.settings.limits.sessions_max = world.shards();
  std::size_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    Client& client = world.client("client" + std::to_string(i));
    client.connect();
    if (client.is_connected()) continue;
    ++refused;
    EXPECT_EQ(client.connack->code, static_cast<std::uint8_t>(ReasonCode::QuotaExceeded));
    EXPECT_FALSE(client.is_open());
  }

  EXPECT_EQ(world.sessions(), world.shards());
  EXPECT_EQ(refused, 20 - world.shards());
}

TEST_P(Connecting, IsPossibleAtTheLimitForASessionThatExists) {
  world.settings.limits.sessions_max = world.shards();
  Client& client = world.client("c");
  ASSERT_TRUE(client.connect({.expiry = 60}));
  client.drop();

  EXPECT_TRUE(client.resumes({.expiry = 60}));
}

TEST_P(Connecting, TakesLargePacketsOnlyFromTheSharedPool) {
  world.settings.limits.connecting_bytes_max = 10'000;
  world.settings.mqtt.packet_size_max = 100'000;
  const std::string begin("\x10\x80\xA0\x03", 4);  // a CONNECT of 53'248 bytes

  Client& patient = world.client("1");
  patient.open();
  patient.send_bytes(begin + std::string(9'000, 'x'));
  EXPECT_TRUE(patient.is_open());
  patient.send_bytes(std::string(6'000, 'x'));

  EXPECT_FALSE(patient.is_open());
  EXPECT_EQ(world.refused(RefusalReason::ConnectingBytes), 1u);
}

TEST_P(Connecting, GivesThePoolBackWhenItEnds) {
  world.settings.limits.connecting_bytes_max = 10'000;
  world.settings.mqtt.packet_size_max = 100'000;
  const std::string begin("\x10\x80\xA0\x03", 4);

  for (int i = 0; i < 12; ++i) {
    Client& client = world.client(std::to_string(i));
    client.open();
    client.send_bytes(begin + std::string(13'000, 'x'));
    EXPECT_TRUE(client.is_open());
    client.drop();
  }
}

TEST_P(Connecting, RefusesAnAnnouncedSizeBeyondTheLimitAtOnce) {
  Client& client = world.client("c");
  client.open();

  client.send_bytes(std::string("\x10\xFF\xFF\xFF\x7F", 5));

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(world.refused(RefusalReason::PacketTooLarge), 1u);
}

TEST_P(Connecting, GetsAnIdentifierWhenItBringsNone) {
  Client& client = world.client("");

  ASSERT_TRUE(client.connect());

  EXPECT_FALSE(client.assigned_id.empty());
}

TEST_P(Connecting, WithASmallMaximumPacketSizeGetsNoLargerPacket) {
  Client& client = world.connected("c", {.packet_size_max = 40});
  ASSERT_TRUE(client.is_connected());

  client.request_subscribe(std::vector<std::string>(50, "t"), {.qos = Q1});
  client.ping();

  EXPECT_TRUE(client.subacks.empty());
  EXPECT_EQ(client.pings, 1u);
}

TEST_P(Connecting, TwiceOnOneConnectionIsAProtocolError) {
  Client& client = world.connected("c");

  client.request_connect({});
  world.settle();

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(client.disconnect, ReasonCode::ProtocolError);
}

TEST_P(Connecting, ByManyTimesLeavesNothingBehind) {
  Client& client = world.client("c");
  for (int i = 0; i < 100; ++i) {
    client.connect({.expiry = i % 2 == 0 ? 0u : 60u});
    client.subscribe("t/" + std::to_string(i), Q1);
    i % 3 == 0 ? client.drop() : client.leave();
  }
  client.connect({.clean_start = true});
  client.leave();

  EXPECT_EQ(world.sessions(), 0u);
  EXPECT_EQ(world.subscriptions(), 0u);
  EXPECT_EQ(world.sum([](const Counters& c) { return c.connections; }), 0u);
}

}  // namespace
}  // namespace sluice::broker
