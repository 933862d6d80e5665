#include <gtest/gtest.h>

#include "broker/scan.h"
#include "broker/terms.h"
#include "broker/testing/world.h"

namespace sluice::broker {
namespace {

using mqtt::Qos;
using testing::Client;
using testing::World;

TEST(Terms, StayThoseOfTheStartOfAConnection) {
  config::MqttSettings live;
  Terms terms(live);
  const auto first = terms.take();
  const config::MqttSettings before = live;
  live.receive_max = 5;
  terms.renew(before);
  const auto second = terms.take();

  EXPECT_EQ(terms.of(first).receive_max, 1000);
  EXPECT_EQ(terms.of(second).receive_max, 5);
  terms.give_back(first);
  EXPECT_EQ(terms.of(second).receive_max, 5);
}

TEST(Terms, AreKeptForAsManyChangesAsThereIsRoomFor) {
  config::MqttSettings live;
  Terms terms(live);
  for (std::uint16_t change = 1; change <= 1000; ++change) {
    terms.take();
    const config::MqttSettings before = live;
    live.receive_max = change;
    terms.renew(before);
  }

  EXPECT_EQ(terms.of(0).receive_max, 1000);
  EXPECT_EQ(terms.of(terms.take()).receive_max, 1000);
}

TEST(Settings, ThatConnackToldHoldUntilTheClientConnectsAnew) {
  World world(2);
  Client& client = world.connected("a");
  world.change_settings([](config::Settings& settings) {
    settings.mqtt.maximum_qos = 0;
    settings.mqtt.packet_size_max = 64;
    settings.mqtt.topic_alias_max = 0;
  });

  client.publish("t", std::string(100, 'x'), Qos::AtLeastOnce);
  EXPECT_TRUE(client.is_open());

  Client& other = world.connected("b");
  other.publish("t", "x", Qos::AtLeastOnce);
  EXPECT_FALSE(other.is_open());
}

TEST(Settings, OfRatesHoldForThoseWhoAreConnected) {
  World world(2);
  Client& client = world.connected("a");
  world.change_settings([](config::Settings& settings) {
    settings.rate_limits.incoming_publish_enabled = true;
    settings.rate_limits.incoming_publish = "1:10";
  });

  client.publish("t", "1", Qos::AtMostOnce);
  client.publish("t", "2", Qos::AtMostOnce);
  EXPECT_EQ(world.dropped(DropReason::RateLimited), 1U);

  world.change_settings(
      [](config::Settings& settings) { settings.rate_limits.incoming_publish_enabled = false; });
  client.publish("t", "3", Qos::AtMostOnce);
  EXPECT_EQ(world.dropped(DropReason::RateLimited), 1U);
}

TEST(Settings, OfRatesReachClientsInSlices) {
  World world(1);
  const std::size_t clients = 2 * kScanSlice + 1;
  for (std::size_t i = 0; i < clients; ++i) world.connected("c" + std::to_string(i));
  world.by_hand = true;
  world.change_settings([](config::Settings& settings) {
    settings.rate_limits.incoming_publish_enabled = true;
    settings.rate_limits.incoming_publish = "1:10";
  });

  std::size_t turns = 0;
  for (; world.settings_taken == 0; ++turns) {
    world.broker(0).on_mail_drained(world.now());
    world.broker(0).on_turn_end(world.now());
  }

  EXPECT_EQ(turns, 3U);
  EXPECT_FALSE(world.broker(0).wants_turn());
}

TEST(Settings, OfRatesPassByClientsThatLeaveBeforeTheirTurn) {
  World world(1);
  Client& client = world.connected("a");
  world.by_hand = true;
  world.change_settings([](config::Settings& settings) {
    settings.rate_limits.incoming_publish_enabled = true;
    settings.rate_limits.incoming_publish = "1:10";
  });

  client.drop();
  world.settle_all();

  EXPECT_EQ(world.settings_taken, 1U);
}

}  // namespace
}  // namespace sluice::broker
