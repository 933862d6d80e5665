#pragma once

#include <rapidcheck.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqtt/codec/encoder.h"

namespace sluice::mqtt::testing {

/// Draws the parts of packets from rapidcheck. Keeps the strings that the packets point at, so it
/// has to outlive them.
class RandomPackets {
 public:
  explicit RandomPackets(Version version) : version_(version) {}

  ConnectPacket connect() {
    ConnectPacket packet;
    packet.version = version_;
    packet.clean_start = flag();
    packet.keep_alive = *rc::gen::arbitrary<std::uint16_t>();
    packet.client_id = string();
    if (flag()) packet.will = will();
    if (flag()) packet.user_name = string();
    if ((packet.user_name || is_v5()) && flag()) packet.password = binary();
    if (!is_v5()) return packet;
    Properties& p = packet.properties;
    draw_connection_limits(p);
    maybe(p.request_response_information, [this] { return flag(); });
    maybe(p.request_problem_information, [this] { return flag(); });
    draw_authentication(p);
    draw_user_properties(p);
    return packet;
  }

  ConnackPacket connack() {
    ConnackPacket packet;
    packet.code = *rc::gen::element<std::uint8_t>(0, is_v5() ? 0x87 : 5);
    packet.session_present = packet.code == 0 && version_ != Version::V31 && flag();
    if (!is_v5()) return packet;
    Properties& p = packet.properties;
    draw_connection_limits(p);
    maybe(p.maximum_qos, [] { return *rc::gen::element<std::uint8_t>(0, 1); });
    maybe(p.retain_available, [this] { return flag(); });
    maybe(p.wildcard_subscription_available, [this] { return flag(); });
    maybe(p.subscription_identifier_available, [this] { return flag(); });
    maybe(p.shared_subscription_available, [this] { return flag(); });
    maybe(p.server_keep_alive, [] { return *rc::gen::arbitrary<std::uint16_t>(); });
    maybe(p.assigned_client_identifier, [this] { return string(); });
    maybe(p.response_information, [this] { return string(); });
    maybe(p.server_reference, [this] { return string(); });
    draw_authentication(p);
    draw_reason(p);
    return packet;
  }

  PublishPacket publish() {
    PublishPacket packet;
    packet.qos = qos();
    packet.dup = packet.qos != Qos::AtMostOnce && flag();
    packet.retain = flag();
    packet.packet_id = packet.qos == Qos::AtMostOnce ? std::uint16_t{0} : packet_id();
    packet.payload = binary();
    if (is_v5()) {
      packet.properties = message_properties();
      maybe(packet.properties.topic_alias, [] { return *rc::gen::arbitrary<std::uint16_t>(); });
      if (flag()) packet.properties.subscription_identifiers = {identifier(), identifier()};
    }
    packet.topic = packet.properties.topic_alias && flag() ? ByteView() : topic_name();
    return packet;
  }

  AckPacket ack() {
    AckPacket packet;
    packet.type = *rc::gen::element(PacketType::Puback, PacketType::Pubrec, PacketType::Pubrel,
                                    PacketType::Pubcomp);
    packet.packet_id = packet_id();
    if (!is_v5()) return packet;
    const bool is_release = packet.type == PacketType::Pubrel || packet.type == PacketType::Pubcomp;
    if (flag()) {
      packet.reason = is_release ? ReasonCode::PacketIdentifierNotFound : ReasonCode::QuotaExceeded;
    }
    draw_reason(packet.properties);
    return packet;
  }

  SubscribePacket subscribe() {
    SubscribePacket packet;
    packet.packet_id = packet_id();
    for (int left = *rc::gen::inRange(1, 5); left > 0; --left) {
      SubscriptionRequest request{string(), qos()};
      if (is_v5()) {
        request.no_local = flag();
        request.retain_as_published = flag();
        request.retain_handling = *rc::gen::element(
            RetainHandling::SendAlways, RetainHandling::SendIfNew, RetainHandling::DoNotSend);
      }
      packet.subscriptions.push_back(request);
    }
    if (!is_v5()) return packet;
    maybe(packet.properties.subscription_identifier, [this] { return identifier(); });
    draw_user_properties(packet.properties);
    return packet;
  }

  UnsubscribePacket unsubscribe() {
    UnsubscribePacket packet;
    packet.packet_id = packet_id();
    for (int left = *rc::gen::inRange(1, 5); left > 0; --left) packet.filters.push_back(string());
    if (is_v5()) draw_user_properties(packet.properties);
    return packet;
  }

  SubscribeAckPacket subscribe_ack() {
    SubscribeAckPacket packet;
    packet.type = *rc::gen::element(PacketType::Suback, PacketType::Unsuback);
    packet.packet_id = packet_id();
    if (is_v5()) draw_reason(packet.properties);
    if (!is_v5() && packet.type == PacketType::Unsuback) return packet;
    for (int left = *rc::gen::inRange(1, 5); left > 0; --left) {
      packet.codes.push_back(*rc::gen::element(ReasonCode::Success, ReasonCode::UnspecifiedError));
    }
    return packet;
  }

  DisconnectPacket disconnect() {
    DisconnectPacket packet;
    if (!is_v5()) return packet;
    packet.reason = *rc::gen::element(ReasonCode::Success, ReasonCode::DisconnectWithWill,
                                      ReasonCode::ServerMoved);
    maybe(packet.properties.session_expiry_interval, [this] { return four_bytes(); });
    maybe(packet.properties.server_reference, [this] { return string(); });
    draw_reason(packet.properties);
    return packet;
  }

  AuthPacket auth() {
    AuthPacket packet;
    packet.reason = *rc::gen::element(ReasonCode::Success, ReasonCode::ContinueAuthentication,
                                      ReasonCode::Reauthenticate);
    packet.properties.authentication_method = string();
    maybe(packet.properties.authentication_data, [this] { return binary(); });
    draw_reason(packet.properties);
    return packet;
  }

 private:
  bool is_v5() const { return version_ == Version::V5; }
  bool flag() { return *rc::gen::arbitrary<bool>(); }
  std::uint16_t packet_id() { return *rc::gen::inRange<std::uint16_t>(1, 65'535); }
  std::uint32_t four_bytes() { return *rc::gen::arbitrary<std::uint32_t>(); }
  std::uint32_t identifier() { return *rc::gen::inRange(1U, 268'435'456U); }

  Qos qos() { return *rc::gen::element(Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce); }

  ByteView kept(std::string bytes) { return kept_.emplace_back(std::move(bytes)); }

  ByteView binary() { return kept(*rc::gen::arbitrary<std::string>()); }

  /// Characters of one to four bytes, without wildcards when it is a Topic Name.
  ByteView string() {
    std::string out;
    for (const int i : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8))) {
      static constexpr const char* kCharacters[] = {
          "a", "/", "+", "#", "\xC3\xA9", "\xE2\x82\xAC", "\xEF\xBB\xBF", "\xF0\x9F\x98\x80"};
      out += kCharacters[i];
    }
    return kept(out);
  }

  ByteView topic_name() {
    std::string out = "t/";
    for (const char c : string()) {
      if (c != '+' && c != '#') out += c;
    }
    return kept(out);
  }

  template <class T, class Draw>
  void maybe(std::optional<T>& value, Draw draw) {
    if (flag()) value = draw();
  }

  WillPacketPart will() {
    WillPacketPart out;
    out.qos = qos();
    out.retain = flag();
    out.topic = topic_name();
    out.payload = binary();
    if (!is_v5()) return out;
    out.properties = message_properties();
    maybe(out.properties.will_delay_interval, [this] { return four_bytes(); });
    return out;
  }

  PublishProperties message_properties() {
    PublishProperties out;
    std::string forwarded;
    if (flag()) {
      out.payload_is_utf8 = flag();
      append_payload_format_indicator(forwarded, out.payload_is_utf8);
    }
    if (flag()) append_content_type(forwarded, string());
    if (flag()) append_response_topic(forwarded, topic_name());
    if (flag()) append_correlation_data(forwarded, binary());
    out.user_property_count = *rc::gen::inRange<std::uint16_t>(0, 4);
    for (int i = 0; i < out.user_property_count; ++i) {
      append_user_property(forwarded, string(), string());
    }
    out.forwarded = kept(forwarded);
    maybe(out.message_expiry_interval, [this] { return four_bytes(); });
    return out;
  }

  void draw_connection_limits(Properties& out) {
    maybe(out.session_expiry_interval, [this] { return four_bytes(); });
    maybe(out.receive_maximum, [this] { return packet_id(); });
    maybe(out.maximum_packet_size, [this] { return identifier(); });
    maybe(out.topic_alias_maximum, [] { return *rc::gen::arbitrary<std::uint16_t>(); });
  }

  void draw_authentication(Properties& out) {
    if (!flag()) return;
    out.authentication_method = string();
    maybe(out.authentication_data, [this] { return binary(); });
  }

  void draw_user_properties(Properties& out) {
    for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
      const ByteView name = string();
      out.user_properties.emplace_back(name, string());
    }
  }

  void draw_reason(Properties& out) {
    maybe(out.reason_string, [this] { return string(); });
    draw_user_properties(out);
  }

  Version version_;
  std::deque<std::string> kept_;  // never moves what it holds
};

}  // namespace sluice::mqtt::testing
