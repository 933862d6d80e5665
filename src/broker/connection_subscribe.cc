// SUBSCRIBE and UNSUBSCRIBE.

#include <bit>

#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

using mqtt::ReasonCode;

void ServerConnection::on_subscribe(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe(frame, version_);
  if (!packet) return fail(packet.error());
  const config::MqttSettings& mqtt = terms();
  const std::uint32_t identifier = packet->properties.subscription_identifier.value_or(0);
  if (identifier != 0 && !mqtt.subscription_identifiers) {
    return fail(ReasonCode::SubscriptionIdentifiersNotSupported);  // v5 3.2.2.3.12
  }
  if (packet->properties.user_properties.size() > mqtt.user_properties_max) {
    return fail(ReasonCode::QuotaExceeded);
  }
  for (const mqtt::SubscriptionRequest& request : packet->subscriptions) {
    if (const auto error = protocol_error_in(request)) return fail(*error);
  }

  const std::uint64_t promised = core_.journal.promises();
  mqtt::SubscribeAckPacket reply;
  reply.packet_id = packet->packet_id;
  for (const mqtt::SubscriptionRequest& request : packet->subscriptions) {
    ReasonCode code = core_.subscriptions.subscribe(*session_, request, identifier);
    // MQTT 3.1 cannot say no: a grant that delivers nothing would be a lie, so it closes.
    if (mqtt::is_failure(code)) {
      if (version_ == mqtt::Version::V31) {
        core_.subscriptions.post_joins(0);  // before the end of the Session posts the leaves
        return fail(code);
      }
      if (!v5()) code = ReasonCode::UnspecifiedError;  // [MQTT311-3.9.3-2]
    }
    reply.codes.push_back(code);
  }
  std::string bytes;
  mqtt::encode(bytes, reply, version_);
  reply_when_routed(std::move(bytes), core_.journal.promises() != promised);
}

/// What a Client may not ask for at all, since the CONNACK said so or the specification does. MQTT
/// 3 has no such announcement: there it is a refused subscription.
std::optional<ReasonCode> ServerConnection::protocol_error_in(
    const mqtt::SubscriptionRequest& request) const {
  if (!v5()) return std::nullopt;
  const config::MqttSettings& mqtt = terms();
  const bool is_shared = mqtt::is_shared(request.filter);
  if (is_shared && request.no_local) return ReasonCode::ProtocolError;  // [MQTT5-3.8.3-4]
  if (is_shared && !mqtt.shared_subscriptions) return ReasonCode::SharedSubscriptionsNotSupported;
  if (!mqtt.wildcard_subscriptions && mqtt::has_wildcard(request.filter)) {
    return ReasonCode::WildcardSubscriptionsNotSupported;
  }
  return std::nullopt;
}

void ServerConnection::reply_when_routed(std::string reply, bool is_promise) {
  if (core_.shards == 1) return append_acknowledgement(reply, is_promise);
  const auto answers =
      static_cast<unsigned>(core_.shards - 1 + core_.subscriptions.waiting_joins());
  const std::uint32_t token =
      core_.barriers.hold_reply(*this, std::move(reply), answers, is_promise);
  core_.subscriptions.post_joins(token);
  core_.post_to_others([&] { return SyncLetter{token}; });
}

void ServerConnection::on_unsubscribe(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_unsubscribe(frame, version_);
  if (!packet) return fail(packet.error());
  mqtt::SubscribeAckPacket reply;
  reply.type = mqtt::PacketType::Unsuback;
  reply.packet_id = packet->packet_id;
  const std::uint64_t promised = core_.journal.promises();
  std::uint64_t left_owners = 0;
  for (ByteView filter : packet->filters) {
    const bool was_there = core_.subscriptions.unsubscribe(*session_, filter, left_owners);
    reply.codes.push_back(was_there ? ReasonCode::Success : ReasonCode::NoSubscriptionExisted);
  }
  std::string bytes;
  mqtt::encode(bytes, reply, version_);
  const bool is_promise = core_.journal.promises() != promised;
  if (left_owners == 0) return append_acknowledgement(bytes, is_promise);
  // A group on another shard may choose this Client until its owner knows [MQTT5-3.10.4-2].
  const auto answers = static_cast<unsigned>(std::popcount(left_owners));
  const std::uint32_t token =
      core_.barriers.hold_reply(*this, std::move(bytes), answers, is_promise);
  for (unsigned shard = 0; shard < core_.shards; ++shard) {
    if ((left_owners >> shard & 1) != 0) core_.post(static_cast<ShardId>(shard), SyncLetter{token});
  }
}

}  // namespace sluice::broker
