#pragma once

#include "crash/crash_client.h"

namespace sluice::crash {

/// Does nothing but hold a Will, a new one with each CONNECT.
class WillClient final : public CrashClient {
 public:
  WillClient(World& world, std::uint32_t index, mqtt::Version version, Qos qos, bool has_session)
      : CrashClient(world, "will-" + std::to_string(index), version),
        index_(index),
        qos_(qos),
        has_session_(has_session) {}

 private:
  void prepare(mqtt::ConnectPacket& packet) override;
  void on_session(bool) override {}
  void on_packet(const mqtt::Frame&) override { on_malformed(); }
  void on_connection_lost() override;
  MessageId message() const { return {publisher_of_will(index_), number_}; }

  const std::uint32_t index_;
  const Qos qos_;
  const bool has_session_;
  std::uint64_t number_ = 0;
  std::string payload_;
};

}  // namespace sluice::crash
