#pragma once

#include <algorithm>
#include <vector>

#include "crash/crash_client.h"

namespace sluice::crash {

/// Publishes numbered messages as fast as its window allows, and resumes its Session as a Client
/// has to: unacknowledged PUBLISH again with DUP and the same Packet Identifier, PUBREL behind a
/// PUBREC.
class Publisher final : public CrashClient {
 public:
  Publisher(World& world, PublisherId id, mqtt::Version version);

  static constexpr std::size_t kWindow = 100;

  /// Sends new messages while load is on and the window is open. `earned` more may be sent now.
  void fill(double earned);
  std::size_t in_flight() const { return flights_.size(); }

 private:
  enum class Waits : std::uint8_t { Puback, Pubrec, Pubcomp };
  struct Flight {
    std::uint64_t number;
    std::uint16_t packet_id;
    Waits waits;
  };

  void on_session(bool is_present) override;
  void on_packet(const mqtt::Frame& frame) override;
  void on_ack(Flight& flight, const mqtt::AckPacket& packet);
  void accept(const Flight& flight);
  void send(const Flight& flight, bool dup);
  void finish(std::uint16_t packet_id);
  std::uint16_t next_packet_id();
  std::vector<Flight>::iterator find(std::uint16_t packet_id) {
    return std::ranges::find(flights_, packet_id, &Flight::packet_id);
  }

  const PublisherId id_;
  std::uint64_t last_number_ = 0;
  std::uint16_t last_packet_id_ = 0;
  std::vector<Flight> flights_;  // in the order in which they were first sent
  std::string payload_;
  double allowance_ = 0;  // messages that the rate lets it send
  bool had_session_ = false;
};

}  // namespace sluice::crash
