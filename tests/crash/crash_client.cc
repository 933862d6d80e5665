#include "crash/crash_client.h"

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;

constexpr auto kRetryPause = 1ms;
constexpr std::uint32_t kSessionExpirySeconds = 86'400;

}  // namespace

void CrashClient::leave() {
  is_wanted_ = false;
  cut();
}

void CrashClient::cut() {
  if (channel_.is_closed()) return;
  note("cut");
  channel_.close();
  forget_connection();
}

void CrashClient::tick(Clock::time_point now) {
  if (!is_wanted_ || !channel_.is_closed() || !may_connect() || now < retry_at_) return;
  retry_at_ = now + kRetryPause;
  // A refusal needs no word here: the next tick tries again, and who waits for it has a deadline.
  static_cast<void>(channel_.open(world_.endpoint, world_.address));
}

void CrashClient::on_open() {
  client_id_ = world_.run_id + "-" + name_;
  mqtt::ConnectPacket packet;
  packet.version = version_;
  packet.clean_start = false;
  packet.client_id = client_id_;
  packet.properties.session_expiry_interval = kSessionExpirySeconds;
  prepare(packet);
  note("CONNECT");
  mqtt::encode(channel_.output(), packet);
  channel_.send_soon();
}

void CrashClient::on_frame(const mqtt::Frame& frame) {
  if (frame.type == mqtt::PacketType::Connack) return on_connack(frame);
  if (!is_connected_) return on_malformed();
  if (frame.type == mqtt::PacketType::Disconnect) {
    const auto packet = mqtt::decode_disconnect(frame, version_);
    last_words_ = packet ? mqtt::to_string(packet->reason) : "malformed DISCONNECT";
    return;
  }
  on_packet(frame);
}

void CrashClient::on_connack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_connack(frame, version_);
  if (!packet || is_connected_) return on_malformed();
  if (packet->code != 0) {  // a broker that is not ready for this Session may say so
    note("refused");
    channel_.close();
    return forget_connection();
  }
  note(packet->session_present ? "CONNACK with session" : "CONNACK");
  is_connected_ = true;
  receive_maximum_ = packet->properties.receive_maximum.value_or(65'535);
  on_session(packet->session_present);
}

void CrashClient::on_malformed() {
  drop("it sent a malformed or unexpected packet");
}

void CrashClient::on_closed(const std::string& why) {
  drop(last_words_.empty() ? why : last_words_);
}

void CrashClient::drop(const std::string& why) {
  note("closed");
  if (world_.broker_up && is_connected_) {
    ++world_.connections_dropped;
    world_.last_drop = name_ + ": " + why;
  }
  channel_.close();
  forget_connection();
}

void CrashClient::forget_connection() {
  last_words_.clear();
  const bool was_connected = is_connected_;
  is_connected_ = false;
  if (was_connected) on_connection_lost();
}

void CrashClient::send_ack(mqtt::PacketType type, std::uint16_t packet_id) {
  mqtt::AckPacket packet;
  packet.type = type;
  packet.packet_id = packet_id;
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
}

}  // namespace sluice::crash
