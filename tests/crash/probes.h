#pragma once

#include <map>

#include "crash/crash_client.h"

namespace sluice::crash {

/// Knocks until the broker answers a CONNECT.
class ReadyProbe final : public CrashClient {
 public:
  explicit ReadyProbe(World& world) : CrashClient(world, "probe", mqtt::Version::V311) {}

 private:
  void prepare(mqtt::ConnectPacket& packet) override { packet.clean_start = true; }
  bool may_connect() const override { return true; }
  void on_session(bool) override {}
  void on_packet(const mqtt::Frame&) override {}
};

/// Subscribes to all topics with retained messages and collects their values.
class RetainedProbe final : public CrashClient {
 public:
  explicit RetainedProbe(World& world) : CrashClient(world, "retained", mqtt::Version::V5) {}

  /// Whether every topic of which a value was acknowledged has shown one.
  bool has_all() const;
  /// Hands what came, and what did not, to the checker.
  void report() const;

 private:
  void prepare(mqtt::ConnectPacket& packet) override;
  void on_session(bool is_present) override;
  void on_packet(const mqtt::Frame& frame) override;

  delivery::DeliveryChecker::Moment asked_ = 0;
  std::map<TopicId, delivery::Received> values_;
};

/// Sends QoS 0 messages to itself.
class Heartbeat final : public CrashClient {
 public:
  explicit Heartbeat(World& world) : CrashClient(world, "heartbeat", mqtt::Version::V5) {}

  void beat();
  std::uint64_t received() const { return received_; }

 private:
  void prepare(mqtt::ConnectPacket& packet) override;
  bool is_settled() const override { return is_connected() && is_subscribed_; }
  void on_session(bool is_present) override;
  void on_packet(const mqtt::Frame& frame) override;

  std::uint64_t received_ = 0;
  bool is_subscribed_ = false;
};

}  // namespace sluice::crash
