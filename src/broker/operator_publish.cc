// An Application Message that an operator publishes.

#include <algorithm>

#include "broker/core.h"
#include "broker/inspector.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/utf8.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

namespace {

constexpr std::size_t kTextMax = 65'535;  // v5 1.5.4
constexpr std::size_t kOverheadMax = 20;  // of a PUBLISH besides its texts and its payload

bool is_text(ByteView text) {
  return text.size() <= kTextMax && mqtt::is_valid_string(text);
}

bool has_valid_texts(const PublishRequest& request) {
  return is_text(request.content_type) && request.correlation_data.size() <= kTextMax &&
         std::ranges::all_of(request.user_properties, [](const UserProperty& property) {
           return is_text(property.name) && is_text(property.value);
         });
}

std::string encode_properties(const PublishRequest& request) {
  std::string section;
  if (request.payload_is_utf8) mqtt::append_payload_format_indicator(section, true);
  if (!request.content_type.empty()) mqtt::append_content_type(section, request.content_type);
  if (!request.response_topic.empty()) mqtt::append_response_topic(section, request.response_topic);
  if (!request.correlation_data.empty()) {
    mqtt::append_correlation_data(section, request.correlation_data);
  }
  for (const UserProperty& property : request.user_properties) {
    mqtt::append_user_property(section, property.name, property.value);
  }
  return section;
}

/// What a Client would be refused it for, and topics that are the broker's own.
std::optional<PublishOutcome> objection_to(const PublishRequest& request,
                                           const config::MqttSettings& mqtt) {
  const auto is_topic = [&mqtt](ByteView topic) {
    return mqtt::is_valid_topic_name(topic, mqtt.topic_levels_max) && mqtt::is_valid_string(topic);
  };
  if (!is_topic(request.topic) || request.topic.starts_with('$')) {
    return PublishOutcome::InvalidTopic;
  }
  if (!request.response_topic.empty() && !is_topic(request.response_topic)) {
    return PublishOutcome::InvalidTopic;
  }
  if (request.payload_is_utf8 && !mqtt::is_valid_utf8(request.payload)) {
    return PublishOutcome::InvalidPayload;
  }
  if (!has_valid_texts(request)) return PublishOutcome::InvalidPayload;
  if (request.user_properties.size() > mqtt.user_properties_max) return PublishOutcome::TooLarge;
  return std::nullopt;
}

}  // namespace

void Inspector::publish(const PublishRequest& request, std::function<void(PublishOutcome)> done) {
  const config::MqttSettings& mqtt = core_.settings.mqtt;
  if (const auto objection = objection_to(request, mqtt)) return done(*objection);
  const std::string properties = encode_properties(request);
  const std::size_t size =
      kOverheadMax + request.topic.size() + properties.size() + request.payload.size();
  if (size > mqtt.packet_size_max) return done(PublishOutcome::TooLarge);
  if (!core_.rate_limits.try_take_total(core_.now)) return done(PublishOutcome::RateLimited);

  MessageParts parts;
  parts.topic = request.topic;
  parts.properties = properties;
  parts.payload = request.payload;
  parts.qos = std::min(request.qos, static_cast<mqtt::Qos>(mqtt.maximum_qos));
  parts.retain = request.retain && mqtt.retain_available;
  if (request.expiry_seconds) parts.expires = core_.now + seconds(*request.expiry_seconds);
  const bool is_acknowledged = parts.qos != mqtt::Qos::AtMostOnce;
  if (core_.memory_full || (is_acknowledged && core_.store_failed)) {
    return done(PublishOutcome::StoreFailed);
  }
  const std::uint64_t promised = core_.journal.promises();
  const bool matched = core_.dispatcher.publish(parts, nullptr, Handover::Direct);
  const auto outcome = matched ? PublishOutcome::Accepted : PublishOutcome::NoSubscribers;
  if (core_.journal.promises() == promised) return done(outcome);
  core_.groups.when_done([done = std::move(done), outcome] { done(outcome); });
}

}  // namespace sluice::broker
