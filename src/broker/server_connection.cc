#include "broker/server_connection.h"

#include "broker/core.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

namespace sluice::broker {

namespace {

/// A Client silent for so long is taken for idle, and the memory of its message flow given back.
constexpr seconds kIdleAfter{30};

}  // namespace

ServerConnection::ServerConnection(Core& core, Link& link)
    : core_(core), link_(link), last_received_(core.now), terms_(core.terms.take()) {
  core_.connecting.insert(this);
  core_.timers.arm(*this, core_.now + terms().connect_timeout);
}

ServerConnection::~ServerConnection() {
  static_assert(sizeof(ServerConnection) <= 128, "one for every idle Client");
  core_.terms.give_back(terms_);
}

/// As they were when it came.
const config::MqttSettings& ServerConnection::terms() const {
  return core_.terms.of(terms_);
}

void ServerConnection::begin_traffic() {
  traffic_ = std::make_unique<Traffic>();
  if (alias_maximum_ > 0) {
    traffic_->outgoing_aliases = std::make_unique<OutgoingAliases>(alias_maximum_);
  }
}

std::size_t ServerConnection::on_bytes(ByteView bytes) {
  last_received_ = core_.now;
  std::size_t consumed = 0;
  if (state_ == State::AwaitConnect) consumed = on_first_bytes(bytes);
  while ((state_ == State::Connected || state_ == State::Authenticating) && !is_waiting_) {
    const mqtt::FrameResult result =
        mqtt::next_frame(bytes.substr(consumed), terms().packet_size_max);
    if (result.status == mqtt::FrameStatus::Incomplete) break;
    if (result.status == mqtt::FrameStatus::Malformed) {
      fail(mqtt::ReasonCode::MalformedPacket);
    } else if (result.status == mqtt::FrameStatus::TooLarge) {
      fail(mqtt::ReasonCode::PacketTooLarge);
    } else if (core_.refuses_messages() && has_to_wait_for_store(result.frame)) {
      core_.awaiting_store.insert(this);
      hold();
    } else {
      consumed += result.frame.size;
      count_received(result.frame);
      state_ == State::Connected ? on_frame(result.frame) : on_frame_before_connack(result.frame);
    }
  }
  return consumed;
}

void ServerConnection::count_received(const mqtt::Frame& frame) {
  ++core_.counters.packets_received[static_cast<std::size_t>(frame.type)];
  core_.counters.bytes_received += frame.size;
}

/// A Client of MQTT 3 cannot be told that its message is not taken: it is not read until it can be.
bool ServerConnection::has_to_wait_for_store(const mqtt::Frame& frame) const {
  return !v5() && frame.type == mqtt::PacketType::Publish && (frame.flags & 6) != 0;
}

void ServerConnection::on_frame(const mqtt::Frame& frame) {
  using mqtt::PacketType;
  switch (frame.type) {
    case PacketType::Publish:
      return on_publish(frame);
    case PacketType::Puback:
    case PacketType::Pubrec:
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      return on_ack(frame);
    case PacketType::Subscribe:
      return on_subscribe(frame);
    case PacketType::Unsubscribe:
      return on_unsubscribe(frame);
    case PacketType::Pingreq: {
      const auto ping = mqtt::decode_ping(frame, version_);
      if (!ping) return fail(ping.error());
      core_.observer.on_packet(*session_, "PINGREQ");
      std::string reply;
      mqtt::encode_pingresp(reply);
      return append_output(reply);
    }
    case PacketType::Disconnect:
      return on_disconnect(frame);
    case PacketType::Auth:
      return on_auth(frame);
    case PacketType::Connect:  // [MQTT311-3.1.0-2] [MQTT5-3.1.0-2]
    case PacketType::Connack:
    case PacketType::Suback:
    case PacketType::Unsuback:
    case PacketType::Pingresp:
      return fail(mqtt::ReasonCode::ProtocolError);
  }
  fail(mqtt::ReasonCode::MalformedPacket);
}

/// An exchange of AUTH packets is open [MQTT5-4.12.0-3].
void ServerConnection::on_frame_before_connack(const mqtt::Frame& frame) {
  if (frame.type == mqtt::PacketType::Auth) return on_auth(frame);
  fail(mqtt::ReasonCode::ProtocolError);
}

void ServerConnection::on_disconnect(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_disconnect(frame, version_);
  if (!packet) return fail(packet.error());
  if (const auto interval = packet->properties.session_expiry_interval) {
    if (expiry_at_connect_was_zero_ && *interval != 0) {
      return fail(mqtt::ReasonCode::ProtocolError);  // v5 3.14.2.2.2
    }
    session_->set_expiry_interval(std::min(*interval, terms().session_expiry_max));
  }
  ++core_.counters.disconnects_by_client[static_cast<std::size_t>(packet->reason)];
  core_.observer.on_disconnected(*session_, *this, packet->reason, false, "disconnect");
  flush();  // the answers to what came before it
  // Only a normal disconnection deletes the Will [MQTT5-3.14.4-3].
  const bool keep_will = v5() && packet->reason != mqtt::ReasonCode::Success;
  send_control();  // acknowledgements of what came in the same turn
  link_.close_at_once();
  leave_session(keep_will);
}

void ServerConnection::fail(mqtt::ReasonCode code) {
  end(code, refusal_of(code));
}

void ServerConnection::end(mqtt::ReasonCode reason, RefusalReason counted) {
  if (state_ == State::Ended) return;
  if (session_ == nullptr) {
    core_.observer.on_refused(*this, {.code = reason, .reason = to_string(counted)});
  } else {
    core_.observer.on_disconnected(*session_, *this, reason, true, to_string(counted));
  }
  finish(reason, counted);
}

void ServerConnection::finish(mqtt::ReasonCode reason, RefusalReason counted) {
  core_.counters.refuse(counted);
  auto& by_code =
      session_ == nullptr ? core_.counters.connects : core_.counters.disconnects_by_server;
  ++by_code[static_cast<std::size_t>(reason)];
  if (state_ == State::Connected) flush();  // what came before the reason to end goes out before it
  if (has_said_connack_ && v5()) {          // never before CONNACK [MQTT5-3.14.0-1]
    mqtt::DisconnectPacket disconnect;
    disconnect.reason = reason;
    // [MQTT5-3.1.2-29] exempts DISCONNECT from Request Problem Information.
    append_output(encode_with_reason(disconnect, reason, true));
  }
  send_control();
  link_.close();
  leave_session(true);
}

void ServerConnection::lost() {
  if (state_ == State::Ended) return;
  if (session_ != nullptr) {
    core_.observer.on_disconnected(*session_, *this, mqtt::ReasonCode::UnspecifiedError, false,
                                   "connection_lost");
    ++core_.counters.connections_lost;
  }
  leave_session(true);
}

void ServerConnection::leave_session(bool keep_will) {
  state_ = State::Ended;
  disarm();
  release_connecting_bytes();
  if (is_waiting_) {
    core_.barriers.forget(*this);
    core_.awaiting_store.erase(this);
  }
  if (session_ == nullptr) core_.connecting.erase(this);
  core_.access.forget(*this);
  if (core_.groups.holds(*this)) {
    core_.groups.bury(std::unique_ptr<ServerConnection>(this));
  } else {
    core_.ended_connections.emplace_back(this);
  }
  if (session_ == nullptr) return;
  --core_.counters.connections;
  core_.probes.forget(*this);
  Session& session = *std::exchange(session_, nullptr);
  core_.sessions.disconnected(session, keep_will);
}

void ServerConnection::on_due(Instant now) {
  if (state_ == State::AwaitConnect) {
    return end(mqtt::ReasonCode::MaximumConnectTime, RefusalReason::ConnectTimeout);
  }
  if (state_ == State::Authenticating) {
    const auto counted = is_waiting_ ? RefusalReason::Authenticator : RefusalReason::ConnectTimeout;
    return refuse(version_, mqtt::ReasonCode::ServerUnavailable, counted);
  }
  if (now - last_received_ >= kIdleAfter) session_->release_idle_flow();
  if (keep_alive_ms_ == 0) return core_.timers.arm(*this, now + kIdleAfter);
  // Packets only store the time, so most wake-ups find the Client alive and wait again.
  const Instant due = last_received_ + milliseconds(keep_alive_ms_);
  if (now < due) return core_.timers.arm(*this, due);
  end(mqtt::ReasonCode::KeepAliveTimeout, RefusalReason::KeepAliveTimeout);
}

}  // namespace sluice::broker
