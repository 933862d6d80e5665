#include "broker/subscriptions.h"

#include <algorithm>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/session.h"
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

auto find_shared(std::vector<SharedSubscription>& shared, const mqtt::SharedFilter& parts) {
  return std::ranges::find_if(shared, [&](const SharedSubscription& one) {
    return one.filter == parts.filter && one.share_name == parts.share_name;
  });
}

}  // namespace

std::optional<ReasonCode> Subscriptions::objection_to(
    const Session& session, const mqtt::SubscriptionRequest& request) const {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  ByteView filter = request.filter;
  if (mqtt::is_shared(filter)) {
    if (!mqtt.shared_subscriptions) return ReasonCode::SharedSubscriptionsNotSupported;
    const auto parts = mqtt::parse_shared(filter);
    if (!parts) return ReasonCode::TopicFilterInvalid;
    filter = parts->filter;
  }
  if (!mqtt::is_valid_topic_filter(filter, mqtt.topic_levels_max)) {
    return ReasonCode::TopicFilterInvalid;
  }
  if (!mqtt.wildcard_subscriptions && mqtt::has_wildcard(filter)) {
    return ReasonCode::WildcardSubscriptionsNotSupported;
  }
  const ClientAccess* access = session.access();
  if (access != nullptr && !access->may_subscribe(filter)) return ReasonCode::NotAuthorized;
  return std::nullopt;
}

ReasonCode Subscriptions::subscribe(Session& session, const mqtt::SubscriptionRequest& request,
                                    std::uint32_t identifier) {
  const ReasonCode code = try_subscribe(session, request, identifier);
  core_.observer.on_subscribed(session, request.filter, code);
  return code;
}

ReasonCode Subscriptions::try_subscribe(Session& session, const mqtt::SubscriptionRequest& request,
                                        std::uint32_t identifier) {
  if (const auto objection = objection_to(session, request)) {
    if (*objection == ReasonCode::NotAuthorized) ++core_.counters.subscribes_denied;
    return *objection;
  }
  return mqtt::is_shared(request.filter) ? subscribe_shared(session, request, identifier)
                                         : subscribe_plain(session, request, identifier);
}

ReasonCode Subscriptions::subscribe_plain(Session& session,
                                          const mqtt::SubscriptionRequest& request,
                                          std::uint32_t identifier) {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  if (session.subscription_count() >= mqtt.subscriptions_max &&
      !core_.router.has(session, request.filter)) {
    return ReasonCode::QuotaExceeded;
  }
  const SubscriptionOptions options = to_options(request, identifier, mqtt.maximum_qos);
  const bool is_new = core_.router.subscribe(session, request.filter, options);
  core_.sessions.write_subscription(session, request.filter, options);
  const bool wants_retained =
      request.retain_handling == mqtt::RetainHandling::SendAlways ||
      (request.retain_handling == mqtt::RetainHandling::SendIfNew && is_new);
  if (wants_retained) core_.retained.replay_to(session, request.filter, options);
  return granted(options.maximum_qos);
}

ReasonCode Subscriptions::subscribe_shared(Session& session,
                                           const mqtt::SubscriptionRequest& request,
                                           std::uint32_t identifier) {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  const mqtt::SharedFilter parts = *mqtt::parse_shared(request.filter);
  const SubscriptionOptions options = to_options(request, identifier, mqtt.maximum_qos);
  auto& shared = session.shared();
  const auto known = find_shared(shared, parts);
  if (known != shared.end()) {
    known->options = options;
  } else {
    if (session.subscription_count() >= mqtt.subscriptions_max) return ReasonCode::QuotaExceeded;
    shared.push_back({std::string(parts.share_name), std::string(parts.filter), options});
    ++core_.counters.subscriptions;
  }
  core_.sessions.write_subscription(session, request.filter, options);
  core_.sessions.make_addressable(session);
  const ShareGroup::Member member{session.id(), options, session.connection() != nullptr,
                                  session.stored() != nullptr};
  const ShardId owner = core_.share_groups.owner_of(parts);
  if (owner == core_.self) {
    core_.share_groups.join(parts.filter, parts.share_name, member);
  } else {
    joins_.push_back(
        {owner, {std::string(parts.filter), std::string(parts.share_name), member, 0}});
  }
  return granted(options.maximum_qos);
}

void Subscriptions::post_joins(std::uint32_t token) {
  for (auto& [owner, letter] : joins_) {
    letter.token = token;
    core_.post(owner, std::move(letter));
  }
  joins_.clear();
}

bool Subscriptions::unsubscribe(Session& session, ByteView filter, std::uint64_t& told) {
  if (!try_unsubscribe(session, filter, told)) return false;
  core_.observer.on_unsubscribed(session, filter);
  return true;
}

bool Subscriptions::try_unsubscribe(Session& session, ByteView filter, std::uint64_t& told) {
  if (!mqtt::is_shared(filter)) {
    if (!core_.router.unsubscribe(session, filter)) return false;
    core_.sessions.erase_subscription(session, filter);
    return true;
  }
  const auto parts = mqtt::parse_shared(filter);
  if (!parts || !session.has_shared()) return false;
  auto& shared = session.shared();
  const auto known = find_shared(shared, *parts);
  if (known == shared.end()) return false;
  const ShardId owner = core_.share_groups.tell_leave(session, *known);
  if (owner != core_.self) told |= std::uint64_t{1} << owner;
  core_.sessions.erase_subscription(session, filter);
  ShareGroups::keep_all(session, known->group);
  shared.erase(known);
  --core_.counters.subscriptions;
  return true;
}

}  // namespace sluice::broker
