#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "auth/verdict.h"
#include "base/time.h"
#include "broker/counters.h"
#include "broker/dispatcher.h"
#include "broker/in_flight_window.h"
#include "broker/inspection.h"
#include "broker/link.h"
#include "broker/message.h"
#include "broker/observer.h"
#include "broker/outbound_queue.h"
#include "broker/publish_writer.h"
#include "broker/terms.h"
#include "broker/topic_aliases.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/frame.h"
#include "mqtt/codec/packets.h"
#include "runtime/timer_wheel.h"

namespace sluice::broker {

struct Core;
class Session;

/// One Network Connection of a Client as the protocol sees it: packets in, effects on the core out.
///
/// Lives on   one shard, from the accepted transport to its end; after CONNECT the home shard of
/// the
///            Client Identifier.
/// Ends       by `end` (ours) or `lost` (theirs). It stays in memory until the core's turn is over,
/// so
///            that the handlers on the stack can return; `is_open` tells.
class ServerConnection final : private runtime::Timer {
 public:
  ServerConnection(Core& core, Link& link);
  ~ServerConnection() override;

  /// The first bytes are not read before `begin`.
  void wait() { link_.set_reading(false); }
  void begin() { link_.set_reading(true); }

  /// Handles whole packets from the front of `bytes` and returns how many bytes that were.
  std::size_t on_bytes(ByteView bytes);

  /// Sends what gathered: answers first, then messages as far as quota and transport allow.
  void flush();

  /// Ends the connection for a reason of ours: tells a v5 Client, closes the link, leaves the
  /// Session.
  void end(mqtt::ReasonCode reason, RefusalReason counted);
  /// The transport is gone.
  void lost();

  bool is_open() const { return state_ != State::Ended; }
  bool is_connected() const { return state_ == State::Connected; }
  /// Null before CONNECT and after its end.
  const Session* session() const { return session_; }

  /// Queues the bytes of a control packet for this turn's output.
  void append_output(ByteView packet);
  /// The same for packets of which none is too large for the Client.
  void append_taken(ByteView packets);
  /// The same for an acknowledgement. One that promises something leaves when that is durable, and
  /// so do those behind it.
  void append_acknowledgement(ByteView packet, bool is_promise);

  /// Where the packets of this connection are held, see CommitGroups.
  struct HeldPlace {
    std::uint64_t group = 0;
    std::uint32_t index = 0;
  };
  HeldPlace& held_place() { return held_place_; }
  const HeldPlace& held_place() const { return held_place_; }

  /// Takes no packet and sends no message until `resume`: the answer to a SUBSCRIBE waits for other
  /// shards, and what follows it, in either direction, stays behind it.
  void hold();
  void resume(ByteView reply, bool is_promise = false);

  // What became of its authentication, see Access.

  /// The Client has to send more.
  void challenge(ByteView data);
  /// connect  the bytes of its CONNECT; client_id  its own, or that of our making
  void on_authenticated(ByteView connect, ByteView client_id, auth::Verdict verdict);
  void on_reauthenticated(auth::Verdict verdict);

  /// "192.0.2.1", see Link.
  std::string peer_address() const { return link_.peer_address(); }
  std::string listener() const { return link_.listener(); }
  /// Seconds; 0: off.
  std::uint32_t keep_alive() const { return keep_alive_ms_ / 1500; }
  mqtt::Version version() const { return version_; }
  std::uint16_t receive_maximum() const { return receive_maximum_; }
  std::uint32_t packet_size_max() const { return packet_size_max_; }
  /// Bytes that its transport has not taken.
  std::size_t unsent() const { return link_.unsent(); }

  /// Whether a QoS 0 message for this Client has to be dropped, its output being too far behind.
  bool must_shed(OutboundQueue& queue);
  /// A message was queued.
  void on_queued(OutboundQueue& queue);

  /// What it has exchanged; null: nothing yet.
  const ClientStatistics* statistics() const {
    return traffic_ != nullptr ? &traffic_->statistics : nullptr;
  }
  /// Messages for its Client, or from it, were dropped.
  void count_dropped(std::uint64_t messages) { make_traffic().statistics.dropped += messages; }

  bool is_dirty() const { return is_dirty_; }
  void set_dirty(bool dirty) { is_dirty_ = dirty; }

 private:
  enum class State : std::uint8_t { AwaitConnect, Authenticating, Connected, Ended };
  /// A Client whose CONNECT is granted.
  struct AdmittedClient {
    auth::Identity identity;
    bool is_application;
    ByteView data;  // Authentication Data for the CONNACK
  };

  /// What there is once messages are exchanged: most Clients of a large broker are idle.
  struct Traffic {
    ClientStatistics statistics;
    IncomingAliases incoming_aliases;
    std::unique_ptr<OutgoingAliases> outgoing_aliases;  // null: the Client takes none
  };
  Traffic& make_traffic() {
    if (traffic_ == nullptr) [[unlikely]] begin_traffic();
    return *traffic_;
  }
  void begin_traffic();

  void on_due(Instant now) override;

  // First packet and refusal: connection_connect.cc
  std::size_t on_first_bytes(ByteView bytes);
  bool reserve_connecting_bytes(std::size_t bytes);
  void release_connecting_bytes();
  void on_connect(mqtt::ConnectPacket& packet, ByteView bytes);
  void admit(mqtt::ConnectPacket& packet, ByteView client_id, auth::Identity identity,
             ByteView data);
  std::optional<mqtt::ReasonCode> objection_to(const mqtt::ConnectPacket& packet) const;
  std::optional<mqtt::ReasonCode> objection_to(const mqtt::WillPacketPart& will) const;
  bool has_room_for(ByteView client_id) const;
  bool has_room_for_application(ByteView client_id) const;
  std::uint64_t share_of(std::uint64_t limit) const;
  void accept(mqtt::ConnectPacket& packet, ByteView client_id, AdmittedClient client);
  Session& claim_session(ByteView client_id, bool clean_start, bool& present);
  std::string make_connack(const mqtt::ConnectPacket& packet, const AdmittedClient& client,
                           bool present) const;
  /// applicant  what is known of the Client
  void refuse(mqtt::Version version, mqtt::ReasonCode code, RefusalReason counted,
              Observer::Applicant applicant = {});
  void refuse_client(const mqtt::ConnectPacket& packet, ByteView client_id, mqtt::ReasonCode code,
                     std::string reason);
  void start_keep_alive(std::uint16_t requested);

  // Packets of a connected Client
  bool has_to_wait_for_store(const mqtt::Frame& frame) const;
  void count_received(const mqtt::Frame& frame);
  void on_frame(const mqtt::Frame& frame);
  void fail(mqtt::ReasonCode code);
  void finish(mqtt::ReasonCode reason, RefusalReason counted);

  // connection_publish.cc
  void on_publish(const mqtt::Frame& frame);
  bool resolve_topic(mqtt::PublishPacket& packet);
  void refuse_message(ByteView topic, mqtt::ReasonCode code);
  void trace_refusal(ByteView topic, mqtt::ReasonCode code);
  bool is_within_rates(std::size_t size);
  void count_message(const mqtt::PublishPacket& packet);
  void note_acknowledged(const mqtt::AckPacket& packet, const InFlightWindow::Entry& entry);
  std::optional<mqtt::ReasonCode> objection_to(const mqtt::PublishPacket& packet) const;
  std::optional<mqtt::ReasonCode> denial_of(const mqtt::PublishPacket& packet, std::size_t size);
  bool is_repeat(const mqtt::PublishPacket& packet) const;
  struct Accepted {
    mqtt::ReasonCode reason;
    bool is_promise = false;  // something has to become durable first
  };
  Accepted publish(const mqtt::PublishPacket& packet, Handover handover = Handover::Direct);
  void publish_exactly_once(const mqtt::PublishPacket& packet);
  void on_pubrel(const mqtt::AckPacket& packet);
  void on_ack(const mqtt::Frame& frame);
  void on_puback(const mqtt::AckPacket& packet);
  void on_pubrec(const mqtt::AckPacket& packet);
  void on_pubcomp(const mqtt::AckPacket& packet);
  void send_ack(mqtt::PacketType type, std::uint16_t packet_id, mqtt::ReasonCode reason,
                bool is_promise = false);
  void complete(std::uint16_t packet_id, InFlightWindow::Entry& entry);
  void settle(const Delivery& delivery);

  // connection_subscribe.cc
  void on_subscribe(const mqtt::Frame& frame);
  std::optional<mqtt::ReasonCode> protocol_error_in(const mqtt::SubscriptionRequest& request) const;
  void reply_when_routed(std::string reply, bool is_promise);
  void on_unsubscribe(const mqtt::Frame& frame);

  void on_disconnect(const mqtt::Frame& frame);

  // connection_access.cc
  void authenticate(const mqtt::ConnectPacket& packet, ByteView client_id, ByteView bytes);
  void await_verdict();
  void on_frame_before_connack(const mqtt::Frame& frame);
  void on_auth(const mqtt::Frame& frame);
  void send_auth(mqtt::ReasonCode reason, ByteView data);

  // connection_output.cc
  void send_waiting();
  bool resend_unfinished();
  bool send_queued();
  bool is_revoked(std::uint64_t sequence, const Message& message) const;
  WriteResult write(const Delivery& delivery, std::uint16_t packet_id, bool dup);
  void send_gathered();
  void send_control();
  void count_packet(ByteView packet);
  void count_sent(const Delivery& delivery, std::uint16_t packet_id);
  /// Encodes `packet`, with a Reason String if it is a failure, `wanted` and within the Client's
  /// Maximum Packet Size [MQTT5-3.4.2-2] [MQTT5-3.14.2-3].
  template <class Packet>
  std::string encode_with_reason(Packet& packet, mqtt::ReasonCode reason, bool wanted) const;
  void leave_session(bool keep_will);
  const config::MqttSettings& terms() const;
  bool v5() const { return version_ == mqtt::Version::V5; }

  Core& core_;
  Link& link_;
  Session* session_ = nullptr;
  std::unique_ptr<std::string> control_;  // packets that gathered in this turn
  std::unique_ptr<Traffic> traffic_;
  Instant last_received_{};
  HeldPlace held_place_;
  std::uint32_t packet_size_max_ = mqtt::kLargestPacket;  // that the Client takes
  std::uint32_t connecting_bytes_ = 0;  // taken from the shard's pool for a large CONNECT
  std::uint32_t keep_alive_ms_ = 0;     // one and a half Keep Alive; 0 is off
  std::uint16_t receive_maximum_ = 65'535;
  std::uint16_t alias_maximum_ = 0;  // of those that we set
  mqtt::Version version_ = mqtt::Version::V311;
  State state_ = State::AwaitConnect;
  bool is_dirty_ = false;    // Output's
  bool is_waiting_ = false;  // see hold
  bool has_said_connack_ = false;
  bool expiry_at_connect_was_zero_ = true;
  bool wants_problem_information_ = true;
  const Terms::Number terms_;
};

template <class Packet>
std::string ServerConnection::encode_with_reason(Packet& packet, mqtt::ReasonCode reason,
                                                 bool wanted) const {
  std::string bytes;
  if (wanted && mqtt::is_failure(reason)) {
    packet.properties.reason_string = mqtt::to_string(reason);
    mqtt::encode(bytes, packet, version_);
    if (bytes.size() <= packet_size_max_) return bytes;
    packet.properties.reason_string.reset();
    bytes.clear();
  }
  mqtt::encode(bytes, packet, version_);
  return bytes;
}

}  // namespace sluice::broker
