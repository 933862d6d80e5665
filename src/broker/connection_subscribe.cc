// SUBSCRIBE and UNSUBSCRIBE.

#include <algorithm>
#include <bit>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

using mqtt::ReasonCode;

namespace {

ReasonCode granted(mqtt::Qos qos) {
  return static_cast<ReasonCode>(qos);
}

SubscriptionOptions to_options(const mqtt::SubscriptionRequest& request, std::uint32_t identifier,
                               std::uint8_t maximum_qos) {
  const auto qos = std::min(request.maximum_qos, static_cast<mqtt::Qos>(maximum_qos));
  return {qos, request.no_local, request.retain_as_published, identifier};
}

}  // namespace

void ServerConnection::on_subscribe(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe(frame, version_);
  if (!packet) return fail(packet.error());
  const config::MqttSettings& mqtt = core_.settings.mqtt;
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
    ReasonCode code = subscribe(request, identifier);
    // MQTT 3.1 cannot say no: a grant that delivers nothing would be a lie, so it closes.
    if (mqtt::is_failure(code)) {
      if (version_ == mqtt::Version::V31) {
        post_joins(0);  // before the end of the Session posts the leaves
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
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  const bool is_shared = mqtt::is_shared(request.filter);
  if (is_shared && request.no_local) return ReasonCode::ProtocolError;  // [MQTT5-3.8.3-4]
  if (is_shared && !mqtt.shared_subscriptions) return ReasonCode::SharedSubscriptionsNotSupported;
  if (!mqtt.wildcard_subscriptions && mqtt::has_wildcard(request.filter)) {
    return ReasonCode::WildcardSubscriptionsNotSupported;
  }
  return std::nullopt;
}

ReasonCode ServerConnection::subscribe(const mqtt::SubscriptionRequest& request,
                                       std::uint32_t identifier) {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  if (mqtt::is_shared(request.filter)) return subscribe_shared(request, identifier);
  if (!mqtt::is_valid_topic_filter(request.filter, mqtt.topic_levels_max)) {
    return ReasonCode::TopicFilterInvalid;
  }
  if (!mqtt.wildcard_subscriptions && mqtt::has_wildcard(request.filter)) {
    return ReasonCode::WildcardSubscriptionsNotSupported;
  }
  if (session_->subscription_count() >= mqtt.subscriptions_max &&
      !core_.router.has(*session_, request.filter)) {
    return ReasonCode::QuotaExceeded;
  }

  if (!may_subscribe(request.filter)) return ReasonCode::NotAuthorized;

  const SubscriptionOptions options = to_options(request, identifier, mqtt.maximum_qos);
  const bool is_new = core_.router.subscribe(*session_, request.filter, options);
  core_.sessions.write_subscription(*session_, request.filter, options);
  const bool wants_retained =
      request.retain_handling == mqtt::RetainHandling::SendAlways ||
      (request.retain_handling == mqtt::RetainHandling::SendIfNew && is_new);
  if (wants_retained) core_.retained.replay_to(*session_, request.filter, options);
  return granted(options.maximum_qos);
}

bool ServerConnection::may_subscribe(ByteView filter) {
  const ClientAccess* access = session_->access();
  if (access == nullptr || access->may_subscribe(filter)) return true;
  ++core_.counters.subscribes_denied;
  return false;
}

ReasonCode ServerConnection::subscribe_shared(const mqtt::SubscriptionRequest& request,
                                              std::uint32_t identifier) {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  if (!mqtt.shared_subscriptions) return ReasonCode::SharedSubscriptionsNotSupported;
  const auto parts = mqtt::parse_shared(request.filter);
  if (!parts || !mqtt::is_valid_topic_filter(parts->filter, mqtt.topic_levels_max)) {
    return ReasonCode::TopicFilterInvalid;
  }
  if (!mqtt.wildcard_subscriptions && mqtt::has_wildcard(parts->filter)) {
    return ReasonCode::WildcardSubscriptionsNotSupported;
  }
  if (!may_subscribe(parts->filter)) return ReasonCode::NotAuthorized;
  const SubscriptionOptions options = to_options(request, identifier, mqtt.maximum_qos);
  auto& shared = session_->shared();
  auto known = std::find_if(shared.begin(), shared.end(), [&](const SharedSubscription& one) {
    return one.filter == parts->filter && one.share_name == parts->share_name;
  });
  if (known != shared.end()) {
    known->options = options;
  } else {
    if (session_->subscription_count() >= mqtt.subscriptions_max) return ReasonCode::QuotaExceeded;
    shared.push_back({std::string(parts->share_name), std::string(parts->filter), options});
    ++core_.counters.subscriptions;
  }
  core_.sessions.write_subscription(*session_, request.filter, options);
  core_.sessions.make_addressable(*session_);
  const ShareGroup::Member member{session_->id(), options, true, session_->stored() != nullptr};
  const ShardId owner = core_.share_groups.owner_of(*parts);
  if (owner == core_.self) {
    core_.share_groups.join(parts->filter, parts->share_name, member);
  } else {
    core_.joins.push_back(
        {owner, {std::string(parts->filter), std::string(parts->share_name), member, 0}});
  }
  return granted(options.maximum_qos);
}

void ServerConnection::reply_when_routed(std::string reply, bool is_promise) {
  if (core_.shards == 1) return append_acknowledgement(reply, is_promise);
  const auto answers = static_cast<unsigned>(core_.shards - 1 + core_.joins.size());
  const std::uint32_t token =
      core_.barriers.hold_reply(*this, std::move(reply), answers, is_promise);
  post_joins(token);
  core_.post_to_others([&] { return SyncLetter{token}; });
}

/// token  of the answer that waits for the joins; 0 for none
void ServerConnection::post_joins(std::uint32_t token) {
  for (auto& [owner, letter] : core_.joins) {
    letter.token = token;
    core_.post(owner, std::move(letter));
  }
  core_.joins.clear();
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
    reply.codes.push_back(unsubscribe(filter, left_owners) ? ReasonCode::Success
                                                           : ReasonCode::NoSubscriptionExisted);
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

/// Returns whether the Session had this very subscription [MQTT5-3.10.4-1]. Adds the bit of another
/// shard that was told to `told`.
bool ServerConnection::unsubscribe(ByteView filter, std::uint64_t& told) {
  if (!mqtt::is_shared(filter)) {
    if (!core_.router.unsubscribe(*session_, filter)) return false;
    core_.sessions.erase_subscription(*session_, filter);
    return true;
  }
  const auto parts = mqtt::parse_shared(filter);
  if (!parts || !session_->has_shared()) return false;
  auto& shared = session_->shared();
  auto known = std::find_if(shared.begin(), shared.end(), [&](const SharedSubscription& one) {
    return one.filter == parts->filter && one.share_name == parts->share_name;
  });
  if (known == shared.end()) return false;
  const ShardId owner = core_.share_groups.tell_leave(*session_, *known);
  if (owner != core_.self) told |= std::uint64_t{1} << owner;
  core_.sessions.erase_subscription(*session_, filter);
  ShareGroups::keep_all(*session_, known->group);
  shared.erase(known);
  --core_.counters.subscriptions;
  return true;
}

}  // namespace sluice::broker
