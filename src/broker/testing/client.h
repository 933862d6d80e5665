#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "broker/broker.h"
#include "broker/server_connection.h"
#include "broker/testing/client_types.h"
#include "broker/testing/witness.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

// For tests: a Client of the core that keeps what it received and answers as the protocol asks.

namespace sluice::broker::testing {

/// What a Client needs of the world around it.
class Surroundings {
 public:
  virtual Broker& broker(ShardId shard) = 0;
  virtual Instant now() const = 0;
  /// The shard that accepts the next connection.
  virtual ShardId next_arrival() = 0;
  /// Something happened on the shard: its turn has to end.
  virtual void touched(ShardId shard) = 0;
  /// Lets everything under way happen, unless the test steps by hand.
  virtual void settle() = 0;

 protected:
  ~Surroundings() = default;
};

/// One Client with its side of the Session, and one Network Connection at a time.
///
/// It acknowledges by itself and keeps QoS 2 apart from repeats, so that `publications` is what an
/// application sees; with `acknowledges` off the test answers. Requests leave in order when the
/// world lets them.
class Client final : public Link {
 public:
  Client(Surroundings& world, std::string id) : world_(world), id_(std::move(id)) {}

  // What arrived, since the last connect unless said otherwise.
  std::vector<Publication> publications;  // never emptied by itself
  std::optional<mqtt::ConnackPacket> connack;
  std::string assigned_id;
  std::optional<ReasonCode> disconnect;
  std::vector<Ack> acks;
  std::vector<Auth> auths;
  std::vector<mqtt::SubscribeAckPacket> subacks;
  std::vector<PacketType> order;  // of all packets
  std::size_t pings = 0;
  bool acknowledges = true;
  Witness* witness = nullptr;

  const std::string& id() const { return id_; }
  bool is_open() const { return connection_ != nullptr; }
  bool is_connected() const { return is_open() && connack && connack->code == 0; }
  ShardId shard() const { return shard_; }
  const std::set<std::uint16_t>& unfinished() const { return unfinished_; }
  /// Payloads of QoS 1 and 2 that this Client has sent and that are not finished.
  std::vector<std::string> sending() const {
    std::vector<std::string> all;
    for (const Sending& one : sending_) all.push_back(one.payload);
    return all;
  }
  std::size_t unsent() const override { return backlog_.size(); }

  std::vector<std::string> payloads() const {
    std::vector<std::string> all;
    for (const Publication& publication : publications) all.push_back(publication.payload);
    return all;
  }
  /// Payloads since the last call.
  std::vector<std::string> take_payloads() {
    std::vector<std::string> all = payloads();
    publications.clear();
    return all;
  }

  // What the Client does.
  void open() {
    SLUICE_ASSERT(!is_open());
    order.clear();
    acks.clear();
    auths.clear();
    subacks.clear();
    connack.reset();
    disconnect.reset();
    outbox_.clear();
    backlog_.clear();
    undecoded_.clear();
    pings = 0;
    shard_ = world_.next_arrival();
    connection_ = world_.broker(shard_).open(*this, world_.now());
  }

  bool connect(const Connect& how = {}) {
    open();
    request_connect(how);
    world_.settle();
    return is_connected();
  }
  /// The Session Present flag of the CONNACK.
  bool resumes(Connect how) {
    how.clean_start = false;
    return connect(how) && connack->session_present;
  }

  void request_connect(const Connect& how) {
    version_ = how.version;
    if (how.clean_start) forget_session();
    ends_with_connection_ = how.version == Version::V5 ? how.expiry == 0 : how.clean_start;
    mqtt::ConnectPacket packet;
    packet.version = how.version;
    packet.clean_start = how.clean_start;
    packet.keep_alive = how.keep_alive;
    packet.client_id = id_;
    if (how.expiry != 0) packet.properties.session_expiry_interval = how.expiry;
    packet.properties.receive_maximum = how.receive_maximum;
    packet.properties.maximum_packet_size = how.packet_size_max;
    packet.properties.topic_alias_maximum = how.alias_maximum;
    if (how.user_name) packet.user_name = *how.user_name;
    if (how.password) packet.password = *how.password;
    if (how.method) packet.properties.authentication_method = *how.method;
    if (how.data) packet.properties.authentication_data = *how.data;
    method_ = how.method.value_or("");
    if (how.will) {
      mqtt::WillPacketPart will{
          how.will->qos, how.will->retain, how.will->topic, how.will->payload, {}};
      if (how.will->delay != 0) will.properties.will_delay_interval = how.will->delay;
      packet.will = will;
    }
    mqtt::encode(outbox_, packet);
  }

  /// Returns the Reason Code of the SUBACK if it came.
  std::optional<ReasonCode> subscribe(const std::string& filter, const Subscribe& how = {}) {
    const std::uint16_t packet_id = request_subscribe({filter}, how);
    world_.settle();
    return suback_code(packet_id);
  }
  std::optional<ReasonCode> subscribe(const std::string& filter, Qos qos) {
    return subscribe(filter, Subscribe{.qos = qos});
  }
  std::uint16_t request_subscribe(const std::vector<std::string>& filters,
                                  const Subscribe& how = {}) {
    mqtt::SubscribePacket packet;
    packet.packet_id = next_id();
    for (const std::string& filter : filters) {
      packet.subscriptions.push_back(
          {filter, how.qos, how.no_local, how.retain_as_published, how.retain_handling});
    }
    if (how.identifier != 0) packet.properties.subscription_identifier = how.identifier;
    mqtt::encode(outbox_, packet, version_);
    return packet.packet_id;
  }
  std::optional<ReasonCode> suback_code(std::uint16_t packet_id) const {
    for (const auto& ack : subacks) {
      if (ack.packet_id == packet_id) return ack.codes.at(0);
    }
    return std::nullopt;
  }

  std::uint16_t request_unsubscribe(const std::string& filter) {
    mqtt::UnsubscribePacket packet;
    packet.packet_id = next_id();
    packet.filters = {filter};
    mqtt::encode(outbox_, packet, version_);
    return packet.packet_id;
  }
  void unsubscribe(const std::string& filter) {
    request_unsubscribe(filter);
    world_.settle();
  }

  /// Returns the Packet Identifier.
  std::uint16_t publish(const std::string& topic, const std::string& payload,
                        const Publish& how = {}) {
    const std::uint16_t packet_id = request_publish(topic, payload, how);
    world_.settle();
    return packet_id;
  }
  std::uint16_t publish(const std::string& topic, const std::string& payload, Qos qos) {
    return publish(topic, payload, Publish{.qos = qos});
  }
  std::uint16_t request_publish(const std::string& topic, const std::string& payload,
                                const Publish& how) {
    mqtt::PublishPacket packet;
    packet.qos = how.qos;
    packet.retain = how.retain;
    packet.topic = topic;
    packet.payload = payload;
    packet.properties.message_expiry_interval = how.expiry;
    packet.properties.forwarded = how.properties;
    if (how.qos != Q0) packet.packet_id = next_id();
    mqtt::encode(outbox_, packet, version_);
    if (witness != nullptr) witness->on_sent(packet);
    if (how.qos != Q0) sending_.push_back({packet.packet_id, how, topic, payload, false});
    return packet.packet_id;
  }

  void ack(PacketType type, std::uint16_t packet_id, ReasonCode reason = ReasonCode::Success) {
    mqtt::AckPacket packet;
    packet.type = type;
    packet.packet_id = packet_id;
    packet.reason = reason;
    mqtt::encode(outbox_, packet, version_);
    world_.settle();
  }
  void send_auth(ReasonCode reason, const std::string& data) {
    mqtt::AuthPacket packet;
    packet.reason = reason;
    packet.properties.authentication_method = method_;
    if (!data.empty()) packet.properties.authentication_data = data;
    mqtt::encode(outbox_, packet);
    world_.settle();
  }
  void ping() {
    mqtt::encode_pingreq(outbox_);
    world_.settle();
  }
  void send_bytes(const std::string& bytes) {
    outbox_ += bytes;
    world_.settle();
  }
  /// DISCONNECT, and the connection is closed.
  void leave(ReasonCode reason = ReasonCode::Success, std::optional<std::uint32_t> expiry = {}) {
    request_leave(reason, expiry);
    world_.settle();
  }
  void request_leave(ReasonCode reason = ReasonCode::Success,
                     std::optional<std::uint32_t> expiry = {}) {
    mqtt::DisconnectPacket packet;
    packet.reason = reason;
    packet.properties.session_expiry_interval = expiry;
    mqtt::encode(outbox_, packet, version_);
  }
  /// The network is gone: what is on the way is lost.
  void drop() {
    if (is_open()) {
      ServerConnection& gone = *connection_;
      forget_connection();
      world_.broker(shard_).on_lost(gone, world_.now());
      world_.touched(shard_);
    }
    world_.settle();
  }

  /// The broker is gone: the connection is, too, and what was on the way is lost.
  void broker_died() {
    if (is_open()) forget_connection();
  }

  /// From now on the transport takes only so many bytes.
  void stall(std::size_t takes = 0) { takes_ = std::min(takes, takes_.value_or(takes)); }
  /// Takes what waited and everything from now on.
  void unstall() {
    takes_.reset();
    drain();
    world_.settle();
  }
  void drain(std::size_t takes) {
    takes_ = takes;
    drain();
    world_.settle();
  }

  // For the world.
  bool has_outbox() const {
    return is_open() && is_read_ && !outbox_.empty() && !is_waiting_for_more_;
  }
  void deliver_outbox() {
    SLUICE_ASSERT(has_outbox());
    const std::string bytes = outbox_;
    bool alive = true;
    ServerConnection& connection = *connection_;
    handed_over_to_.reset();
    const std::size_t consumed =
        world_.broker(shard_).on_bytes(connection, bytes, world_.now(), &alive);
    world_.touched(shard_);
    SLUICE_ASSERT(alive == (connection_ != nullptr));
    outbox_.erase(0, consumed);
    is_waiting_for_more_ = false;
    if (handed_over_to_) {
      shard_ = *handed_over_to_;
      connection_ = world_.broker(shard_).open(*this, world_.now());
    } else if (consumed == 0) {
      is_waiting_for_more_ = true;
      waited_with_ = outbox_.size();
    }
  }
  void poke() {
    if (is_waiting_for_more_ && outbox_.size() > waited_with_) is_waiting_for_more_ = false;
  }

 private:
  struct Sending {
    std::uint16_t packet_id;
    Publish how;
    std::string topic;
    std::string payload;
    bool released;
  };

  // Link
  void send(std::span<const OutputPiece> pieces) override {
    SLUICE_ASSERT(is_open());
    for (const OutputPiece& piece : pieces) backlog_ += piece.bytes;
    take_bytes();
  }
  void set_reading(bool reading) override {
    is_read_ = reading;
    if (reading) is_waiting_for_more_ = false;
  }
  void close() override {
    SLUICE_ASSERT(is_open());
    forget_connection();
  }
  void hand_over(ShardId home) override {
    SLUICE_ASSERT(is_open());
    handed_over_to_ = home;
    connection_ = nullptr;
  }
  void connected() override {}
  std::string peer_address() const override { return "192.0.2.1"; }

  void forget_connection() {
    connection_ = nullptr;
    if (ends_with_connection_) forget_session();
    outbox_.clear();
    backlog_.clear();
    is_waiting_for_more_ = false;
    is_read_ = true;
    takes_.reset();
  }
  void forget_session() {
    sending_.clear();
    unfinished_.clear();
  }

  std::uint16_t next_id() {
    const auto is_used = [this](std::uint16_t id) {
      return id == 0 || std::any_of(sending_.begin(), sending_.end(),
                                    [id](const Sending& one) { return one.packet_id == id; });
    };
    do {
      ++last_id_;
    } while (is_used(last_id_));
    return last_id_;
  }

  void drain() {
    if (!is_open() || backlog_.empty()) return;
    take_bytes();
    if (!is_open() || !backlog_.empty()) return;
    world_.broker(shard_).on_drained(*connection_, world_.now());
    world_.touched(shard_);
  }

  void take_bytes() {
    const std::size_t taken = takes_ ? std::min(*takes_, backlog_.size()) : backlog_.size();
    if (takes_) *takes_ -= taken;
    undecoded_ += backlog_.substr(0, taken);
    backlog_.erase(0, taken);
    std::size_t used = 0;
    while (true) {
      const auto result = mqtt::next_frame(ByteView(undecoded_).substr(used), mqtt::kLargestPacket);
      if (result.status == mqtt::FrameStatus::Incomplete) break;
      SLUICE_ASSERT(result.status == mqtt::FrameStatus::Complete);
      on_frame(result.frame);
      used += result.frame.size;
    }
    undecoded_.erase(0, used);
  }

  void on_frame(const mqtt::Frame& frame) {
    order.push_back(frame.type);
    switch (frame.type) {
      case PacketType::Connack:
        return on_connack(mqtt::decode_connack(frame, version_).value());
      case PacketType::Publish:
        return on_publish(mqtt::decode_publish(frame, version_, true).value());
      case PacketType::Puback:
      case PacketType::Pubrec:
      case PacketType::Pubrel:
      case PacketType::Pubcomp:
        return on_ack(mqtt::decode_ack(frame, version_).value());
      case PacketType::Suback:
      case PacketType::Unsuback:
        subacks.push_back(mqtt::decode_subscribe_ack(frame, version_).value());
        if (witness != nullptr) witness->on_subscribe_ack(subacks.back());
        subacks.back().properties = {};
        return;
      case PacketType::Pingresp:
        ++pings;
        return;
      case PacketType::Auth: {
        const mqtt::AuthPacket packet = mqtt::decode_auth(frame).value();
        auths.push_back({packet.reason,
                         std::string(packet.properties.authentication_data.value_or(ByteView()))});
        return;
      }
      case PacketType::Disconnect:
        disconnect = mqtt::decode_disconnect(frame, version_).value().reason;
        return;
      default:
        SLUICE_UNREACHABLE();
    }
  }

  void on_connack(mqtt::ConnackPacket packet) {
    assigned_id = packet.properties.assigned_client_identifier.value_or(ByteView());
    packet.properties.assigned_client_identifier.reset();
    packet.properties.reason_string.reset();
    connack = packet;
    if (witness != nullptr) witness->on_connack(packet);
    if (packet.code != 0) return;
    if (!packet.session_present) return forget_session();
    for (const Sending& one : sending_) resend(one);
  }
  void resend(const Sending& one) {
    if (one.released) {
      mqtt::AckPacket packet;
      packet.type = PacketType::Pubrel;
      packet.packet_id = one.packet_id;
      return mqtt::encode(outbox_, packet, version_);
    }
    mqtt::PublishPacket packet;
    packet.dup = true;
    packet.qos = one.how.qos;
    packet.retain = one.how.retain;
    packet.packet_id = one.packet_id;
    packet.topic = one.topic;
    packet.payload = one.payload;
    packet.properties.message_expiry_interval = one.how.expiry;
    packet.properties.forwarded = one.how.properties;
    mqtt::encode(outbox_, packet, version_);
    if (witness != nullptr) witness->on_sent(packet);
  }

  void on_publish(const mqtt::PublishPacket& packet) {
    if (witness != nullptr) witness->on_publish(packet);
    const bool repeated = packet.qos == Q2 && unfinished_.contains(packet.packet_id);
    if (!repeated) {
      publications.push_back(
          {std::string(packet.topic), std::string(packet.payload), packet.qos, packet.retain,
           packet.dup, packet.packet_id, packet.properties.message_expiry_interval,
           packet.properties.topic_alias, packet.properties.subscription_identifiers,
           std::string(packet.properties.forwarded)});
    }
    if (packet.qos == Q2) unfinished_.insert(packet.packet_id);
    if (packet.qos == Q1) answer(PacketType::Puback, packet.packet_id);
    if (packet.qos == Q2) answer(PacketType::Pubrec, packet.packet_id);
  }

  void on_ack(const mqtt::AckPacket& packet) {
    acks.push_back({packet.type, packet.packet_id, packet.reason});
    if (witness != nullptr) witness->on_ack(packet);
    const auto sent = std::find_if(sending_.begin(), sending_.end(), [&](const Sending& one) {
      return one.packet_id == packet.packet_id;
    });
    switch (packet.type) {
      case PacketType::Pubrel:
        unfinished_.erase(packet.packet_id);
        return answer(PacketType::Pubcomp, packet.packet_id);
      case PacketType::Pubrec:
        if (sent == sending_.end()) return;
        if (mqtt::is_failure(packet.reason)) {
          sending_.erase(sent);
          return;
        }
        sent->released = true;
        return answer(PacketType::Pubrel, packet.packet_id);
      default:
        if (sent != sending_.end()) sending_.erase(sent);
    }
  }

  void answer(PacketType type, std::uint16_t packet_id) {
    if (!acknowledges) return;
    mqtt::AckPacket packet;
    packet.type = type;
    packet.packet_id = packet_id;
    mqtt::encode(outbox_, packet, version_);
  }

  Surroundings& world_;
  std::string id_;
  Version version_ = Version::V5;
  std::string method_;  // Authentication Method of the last CONNECT
  ShardId shard_ = 0;
  ServerConnection* connection_ = nullptr;
  std::optional<ShardId> handed_over_to_;
  std::string outbox_;   // for the broker
  std::string backlog_;  // from the broker, not taken yet
  std::string undecoded_;
  std::optional<std::size_t> takes_;  // nothing: everything
  bool ends_with_connection_ = true;  // the Session
  bool is_read_ = true;
  bool is_waiting_for_more_ = false;
  std::size_t waited_with_ = 0;
  std::uint16_t last_id_ = 0;
  std::vector<Sending> sending_;
  std::set<std::uint16_t> unfinished_;  // QoS 2 received, not released
};

}  // namespace sluice::broker::testing
