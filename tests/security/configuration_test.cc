// Class: arithmetic on a combination of settings (CVE-2026-42209: FlashMQ divides by zero). Each
// number at its smallest and largest, alone and together: refused in words, or traffic works.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <map>
#include <set>

#include "config/keys.h"
#include "config/loader.h"
#include "security/test_broker.h"

namespace sluice::security {
namespace {

using config::Key;
using config::Kind;

bool is_number(const Key& key) {
  return key.kind == Kind::Count || key.kind == Kind::Bytes || key.kind == Kind::Seconds;
}

std::vector<const Key*> keys_of(bool (*wanted)(const Key&)) {
  std::vector<const Key*> keys;
  for (const Key& key : config::all_keys()) {
    if (wanted(key)) keys.push_back(&key);
  }
  return keys;
}

/// Those at which it is right that the Clients of `expect_service` are not served.
bool keeps_clients_out(const std::string& assignment) {
  static const std::set<std::string> kKeepOut{"mqtt.packet_size_max=16", "overload.memory_max=1",
                                              "mqtt.maximum_qos=0",
                                              "mqtt.topic_levels_max=1",  // "meeting/1" has two
                                              "mqtt.client_id_length_max=23"};
  return kKeepOut.contains(assignment);
}

/// What each Client of a busy broker does, whether it is let or not.
void make_traffic(const TestBroker& broker) {
  for (const Transport transport : {Transport::Tcp, Transport::WebSocket}) {
    try {
      Peer peer = broker.peer(transport);
      Will will("t/will", "gone", Qos::AtLeastOnce);
      peer.sends(connect_as("c").session_expiry(100).will(will)).expects_connack();
      peer.sends(subscribe(1, {{.filter = "t/#", .qos = Qos::ExactlyOnce},
                               {.filter = "$share/g/t/#", .qos = Qos::AtLeastOnce}}));
      for (PacketId id = 2; id < 8; ++id) {
        const auto qos = id % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
        peer.sends(publish("t/1", std::string(2000, 'x'), qos, id).retain());
      }
      for (int i = 0; i < 10; ++i) {
        const Received packet = peer.receives();
        if (packet.type == PacketType::Publish) peer.acknowledges(packet);
      }
      peer.vanishes();
    } catch (const Surprise&) {
      // A limit of the settings under test.
    }
  }
}

void try_settings(const std::vector<std::string>& assignments, bool must_serve) {
  SCOPED_TRACE(::testing::PrintToString(assignments));
  const auto end = [&]() -> std::optional<std::string> {
    try {
      TestBroker broker({.settings = assignments});
      make_traffic(broker);
      if (must_serve) broker.expect_service();
      return std::nullopt;  // its destructor expects an orderly end
    } catch (const Surprise& surprise) {
      return surprise.what();
    }
  }();
  EXPECT_EQ(end, std::nullopt);
}

/// The file of settings is one line for each of these.
config::LoadOutcome load(const std::string& name, const std::string& value) {
  return config::load({std::nullopt, {}, {{name, value, "--set " + name}}});
}

TEST(ConfigurationArithmetic, NumbersOutOfRangeAreRefusedInWords) {
  for (const Key* key : keys_of(is_number)) {
    const std::string name(key->name);
    std::vector<std::string> values{"-1",
                                    "18446744073709551616",
                                    "99999999999999999999999",
                                    "1e9",
                                    "0x10",
                                    "nan",
                                    "1 2",
                                    "++1",
                                    "1.5",
                                    "-0.0",
                                    "18446744073709551615TiB"};
    if (key->max < ~std::uint64_t{0}) values.push_back(std::to_string(key->max + 1));
    if (key->min > 0) values.push_back(std::to_string(key->min - 1));
    for (const std::string& value : values) {
      const auto outcome = load(name, value);
      ASSERT_EQ(outcome.problems.size(), 1U) << name << "=" << value;
      EXPECT_NE(outcome.problems[0].to_string().find(name), std::string::npos);
    }
  }
}

TEST(ConfigurationArithmetic, EachNumberAtItsEndsServesOrKeepsOutInOrder) {
  // Not what traffic could meet: ports of what is switched off here, and how long an end waits.
  const std::set<std::string_view> skipped{"admin.port", "drain_delay"};
  for (const Key* key : keys_of(is_number)) {
    if (skipped.contains(key->name)) continue;
    for (const std::uint64_t value : std::set{key->min, key->max}) {
      std::vector<std::string> assignments{std::string(key->name) + "=" + std::to_string(value)};
      const bool must_serve = !keeps_clients_out(assignments[0]);
      if (key->name == "limits.output_high_watermark") {
        assignments.emplace_back("limits.output_low_watermark=0");
      }
      if (key->name == "limits.output_low_watermark") {
        assignments.push_back("limits.output_high_watermark=" + std::to_string(key->max));
        assignments[0] =
            "limits.output_low_watermark=" + std::to_string(value == key->max ? value - 1 : value);
      }
      try_settings(assignments, must_serve);
    }
  }
}

std::vector<std::string> all_at(std::uint64_t Key::*end) {
  std::vector<std::string> assignments;
  for (const Key* key : keys_of(is_number)) {
    if (key->name == "admin.port" || key->name == "shards" || key->name == "drain_delay") continue;
    assignments.push_back(std::string(key->name) + "=" + std::to_string(key->*end));
  }
  return assignments;
}

TEST(ConfigurationArithmetic, AllNumbersAtTheirEndsTogetherKeepItAlive) {
  auto smallest = all_at(&Key::min);
  smallest.emplace_back("limits.output_low_watermark=0");
  try_settings(smallest, false);
  smallest.emplace_back("mqtt.packet_size_max=100000");  // so that Clients get further
  smallest.emplace_back("overload.memory_max=0");
  smallest.emplace_back("mqtt.maximum_qos=2");
  smallest.emplace_back("mqtt.topic_levels_max=8");
  try_settings(smallest, false);
  auto largest = all_at(&Key::max);
  largest.emplace_back("limits.output_low_watermark=0");
  try_settings(largest, true);
}

TEST(ConfigurationArithmetic, RatesAtTheirEndsAreRefusedInWordsOrHold) {
  constexpr std::array kRates{"0:1",          "1:0",  "0:0", "1:1", "1:4294967295",
                              "4294967295:1", "1:1,", ":",   "1",   "-1:1"};
  for (const char* rate : kRates) {
    std::vector<std::string> assignments{
        "rate_limits.incoming_publish_enabled=true", "rate_limits.outgoing_publish_enabled=true",
        "rate_limits.total_enabled=true", "rate_limits.device_persisted_enabled=true"};
    bool is_good = true;
    for (const Key* key : keys_of([](const Key& each) { return each.kind == Kind::Rate; })) {
      const auto outcome = load(std::string(key->name), rate);
      is_good = is_good && outcome.ok();
      if (!outcome.ok()) {
        EXPECT_NE(outcome.problems[0].to_string().find(key->name), std::string::npos);
      }
      assignments.push_back(std::string(key->name) + "=" + rate);
    }
    if (is_good) try_settings(assignments, false);
  }
}

}  // namespace
}  // namespace sluice::security
