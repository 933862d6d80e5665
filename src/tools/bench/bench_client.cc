#include "tools/bench/bench_client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "client/mqtt_client.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

namespace sluice::tools::bench {

using mqtt::PacketType;

namespace {

std::uint16_t read_u16(const char* at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(at[0]) << 8 |
                                    static_cast<unsigned char>(at[1]));
}

/// Bytes that an MQTT 5 property section takes, its length included; 0 if it is malformed.
std::size_t property_section_size(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, bytes.size()); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<std::size_t>(byte & 0x7F) << 7 * i;
    if ((byte & 0x80) == 0) return value + i + 1 <= bytes.size() ? value + i + 1 : 0;
  }
  return 0;
}

}  // namespace

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::uint64_t Run::batch_time() {
  if (clock_is_stale) {
    batch_time_ = now_ns();
    clock_is_stale = false;
  }
  return batch_time_;
}

void Run::add_error(const std::string& what) {
  if (errors++ == 0) first_error = what;
}

BenchClient::BenchClient(Run& run, std::string client_id)
    : run_(run), channel_(run.loop, *this), client_id_(std::move(client_id)) {}

bool BenchClient::start() {
  ready_ = false;
  const auto opened = channel_.open(run_.options.endpoint, run_.address);
  if (!opened) run_.add_error("cannot connect: " + opened.error().what);
  return opened.has_value();
}

void BenchClient::on_open() {
  mqtt::ConnectPacket packet;
  packet.version = run_.options.version;
  packet.client_id = client_id_;
  if (!run_.options.user_name.empty()) {
    packet.user_name = run_.options.user_name;
    packet.password = run_.options.password;
  }
  prepare(packet);
  mqtt::encode(output(), packet);
  send_soon();
}

void BenchClient::set_ready() {
  ready_ = true;
  ++run_.ready;
}

void BenchClient::break_off(const std::string& why) {
  channel_.close();
  on_lost(why);
}

void BenchClient::on_lost(const std::string& why) {
  run_.is_broken = true;
  run_.add_error(client_id_ + ": " + why);
}

void BenchClient::on_frame(const mqtt::Frame& frame) {
  const bool is_ack = frame.type >= PacketType::Puback && frame.type <= PacketType::Pubcomp;
  if (is_ack && frame.body.size() < 2) return break_off("malformed acknowledgement");
  switch (frame.type) {
    case PacketType::Publish:
      return on_publish(frame);
    case PacketType::Puback:
    case PacketType::Pubcomp: {
      const bool failed = frame.body.size() > 2 && (frame.body[2] & 0x80) != 0;
      if (failed) run_.add_error("the broker refused a message");
      return on_acknowledged();
    }
    case PacketType::Pubrec:
      if (frame.body.size() > 2 && (frame.body[2] & 0x80) != 0) {
        run_.add_error("the broker refused a message");
        return on_acknowledged();
      }
      return acknowledge(PacketType::Pubrel, 2, frame.body.data());
    case PacketType::Pubrel:
      return acknowledge(PacketType::Pubcomp, 0, frame.body.data());
    case PacketType::Connack:
      return on_connack(frame);
    case PacketType::Suback:
      return on_suback(frame);
    case PacketType::Pingresp:
      return on_ping_answered();
    case PacketType::Disconnect:
      return break_off("the broker sent DISCONNECT");
    default:
      return break_off("the broker sent an unexpected packet");
  }
}

void BenchClient::on_connack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_connack(frame, run_.options.version);
  if (!packet) return break_off("malformed CONNACK");
  if (packet->code != 0) {
    return break_off("refused: " + client::describe_connack(packet->code, run_.options.version));
  }
  receive_maximum_ = packet->properties.receive_maximum.value_or(65'535);
  session_present_ = packet->session_present;
  on_connected();
}

void BenchClient::on_suback(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe_ack(frame, run_.options.version);
  if (!packet) return break_off("malformed SUBACK");
  if (std::any_of(packet->codes.begin(), packet->codes.end(), mqtt::is_failure)) {
    run_.add_error("the broker refused a subscription");
  }
  on_subscribed();
}

/// Takes the packet apart in place. The codec's decoder would also check UTF-8 and properties: here
/// that is the broker's work under test, and the generator must stay cheaper than it.
void BenchClient::on_publish(const mqtt::Frame& frame) {
  const std::string_view body = frame.body;
  const unsigned qos = frame.flags >> 1 & 3U;
  const std::size_t topic_size = body.size() < 2 ? body.size() : read_u16(body.data());
  std::size_t at = 2 + topic_size;
  const std::size_t id_at = at;
  if (qos != 0) at += 2;
  if (at > body.size()) return break_off("malformed PUBLISH");
  if (run_.options.version == mqtt::Version::V5) {
    const std::size_t size = property_section_size(body.substr(at));
    if (size == 0) return break_off("malformed PUBLISH");
    at += size;
  }
  if (qos == 1) acknowledge(PacketType::Puback, 0, body.data() + id_at);
  if (qos == 2) acknowledge(PacketType::Pubrec, 0, body.data() + id_at);
  on_message({body.substr(2, topic_size), body.substr(at)});
}

void BenchClient::acknowledge(PacketType type, std::uint8_t flags, const char* packet_id) {
  const auto first = static_cast<char>(static_cast<unsigned>(type) << 4 | flags);
  const std::array<char, 4> packet{first, 2, packet_id[0], packet_id[1]};
  output().append(packet.data(), packet.size());
  send_soon();
}

void BenchClient::subscribe(std::span<const std::string> filters) {
  mqtt::SubscribePacket packet;
  packet.packet_id = ++last_packet_id_ == 0 ? ++last_packet_id_ : last_packet_id_;
  for (const auto& filter : filters) {
    mqtt::SubscriptionRequest request;
    request.filter = filter;
    request.maximum_qos = run_.options.qos;
    packet.subscriptions.push_back(request);
  }
  mqtt::encode(output(), packet, run_.options.version);
  send_soon();
}

void BenchClient::disconnect() {
  mqtt::encode(output(), mqtt::DisconnectPacket{}, run_.options.version);
  send_soon();
}

void BenchClient::ping() {
  mqtt::encode_pingreq(output());
  send_soon();
}

}  // namespace sluice::tools::bench
