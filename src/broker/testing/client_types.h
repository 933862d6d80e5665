#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqtt/types.h"

// For tests: what a scripted Client is asked to send, and what it received, as plain values.

namespace sluice::broker::testing {

using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::Version;

inline constexpr Qos Q0 = Qos::AtMostOnce;
inline constexpr Qos Q1 = Qos::AtLeastOnce;
inline constexpr Qos Q2 = Qos::ExactlyOnce;

/// A PUBLISH as it arrived.
struct Publication {
  std::string topic;
  std::string payload;
  Qos qos = Q0;
  bool retain = false;
  bool dup = false;
  std::uint16_t packet_id = 0;
  std::optional<std::uint32_t> expiry;
  std::optional<std::uint16_t> alias;
  std::vector<std::uint32_t> subscription_ids;
  std::string properties;  // the forwarded section
};

struct Ack {
  PacketType type;
  std::uint16_t packet_id;
  ReasonCode reason;
  bool operator==(const Ack&) const = default;
};

/// An AUTH packet that arrived.
struct Auth {
  ReasonCode reason;
  std::string data;
  bool operator==(const Auth&) const = default;
};

struct WillSpec {
  std::string topic;
  std::string payload;
  Qos qos = Q0;
  bool retain = false;
  std::uint32_t delay = 0;  // seconds
};

struct Connect {
  Version version = Version::V5;
  bool clean_start = true;
  std::uint32_t expiry = 0;      // seconds, v5
  std::uint16_t keep_alive = 0;  // seconds
  std::optional<std::uint16_t> receive_maximum{};
  std::optional<std::uint32_t> packet_size_max{};
  std::optional<std::uint16_t> alias_maximum{};
  std::optional<WillSpec> will{};
  std::optional<std::string> user_name{};
  std::optional<std::string> password{};
  std::optional<std::string> method{};  // Authentication Method
  std::optional<std::string> data{};    // Authentication Data
};

struct Subscribe {
  Qos qos = Q2;
  bool no_local = false;
  bool retain_as_published = false;
  mqtt::RetainHandling retain_handling = mqtt::RetainHandling::SendAlways;
  std::uint32_t identifier = 0;
};

struct Publish {
  Qos qos = Q0;
  bool retain = false;
  std::optional<std::uint32_t> expiry{};  // seconds
  std::string properties{};
};

}  // namespace sluice::broker::testing
