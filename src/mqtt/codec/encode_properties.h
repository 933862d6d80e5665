#pragma once

#include <cstdint>
#include <optional>

#include "mqtt/codec/packets.h"
#include "mqtt/codec/writer.h"

namespace sluice::mqtt {

template <class Sink>
void put(Sink& sink, PropertyId id, const std::optional<bool>& value) {
  if (!value) return;
  put_id(sink, id);
  sink.u8(*value ? 1 : 0);
}

template <class Sink>
void put(Sink& sink, PropertyId id, const std::optional<std::uint8_t>& value) {
  if (!value) return;
  put_id(sink, id);
  sink.u8(*value);
}

template <class Sink>
void put(Sink& sink, PropertyId id, const std::optional<std::uint16_t>& value) {
  if (!value) return;
  put_id(sink, id);
  sink.u16(*value);
}

template <class Sink>
void put(Sink& sink, PropertyId id, const std::optional<std::uint32_t>& value) {
  if (!value) return;
  put_id(sink, id);
  sink.u32(*value);
}

template <class Sink>
void put(Sink& sink, PropertyId id, const std::optional<ByteView>& value) {
  if (!value) return;
  put_id(sink, id);
  sink.sized(*value);
}

template <class Sink>
void put_subscription_identifier(Sink& sink, std::uint32_t value) {
  put_id(sink, PropertyId::SubscriptionIdentifier);
  sink.variable_byte_integer(value);
}

template <class Sink>
void put_each(Sink& sink, const Properties& p) {
  put(sink, PropertyId::SessionExpiryInterval, p.session_expiry_interval);
  put(sink, PropertyId::ReceiveMaximum, p.receive_maximum);
  put(sink, PropertyId::MaximumPacketSize, p.maximum_packet_size);
  put(sink, PropertyId::TopicAliasMaximum, p.topic_alias_maximum);
  put(sink, PropertyId::MaximumQos, p.maximum_qos);
  put(sink, PropertyId::RetainAvailable, p.retain_available);
  put(sink, PropertyId::WildcardSubscriptionAvailable, p.wildcard_subscription_available);
  put(sink, PropertyId::SubscriptionIdentifierAvailable, p.subscription_identifier_available);
  put(sink, PropertyId::SharedSubscriptionAvailable, p.shared_subscription_available);
  put(sink, PropertyId::RequestResponseInformation, p.request_response_information);
  put(sink, PropertyId::RequestProblemInformation, p.request_problem_information);
  put(sink, PropertyId::ServerKeepAlive, p.server_keep_alive);
  if (p.subscription_identifier) put_subscription_identifier(sink, *p.subscription_identifier);
  put(sink, PropertyId::AssignedClientIdentifier, p.assigned_client_identifier);
  put(sink, PropertyId::ResponseInformation, p.response_information);
  put(sink, PropertyId::ServerReference, p.server_reference);
  put(sink, PropertyId::ReasonString, p.reason_string);
  put(sink, PropertyId::AuthenticationMethod, p.authentication_method);
  put(sink, PropertyId::AuthenticationData, p.authentication_data);
  for (const auto& [name, value] : p.user_properties) put_string_pair(sink, name, value);
}

template <class Sink>
void put_each(Sink& sink, const PublishProperties& p) {
  put(sink, PropertyId::MessageExpiryInterval, p.message_expiry_interval);
  put(sink, PropertyId::TopicAlias, p.topic_alias);
  put(sink, PropertyId::WillDelayInterval, p.will_delay_interval);
  for (const std::uint32_t id : p.subscription_identifiers) put_subscription_identifier(sink, id);
  sink.raw(p.forwarded);
}

/// How many bytes the properties take without their Property Length.
template <class AnyProperties>
std::uint32_t size_of(const AnyProperties& properties) {
  SizeCounter counter;
  put_each(counter, properties);
  return counter.size();
}

/// Property Length and properties; nothing before v5.
template <class Sink, class AnyProperties>
void put_properties(Sink& sink, Version version, const AnyProperties& properties) {
  if (version != Version::V5) return;
  sink.variable_byte_integer(size_of(properties));
  put_each(sink, properties);
}

}  // namespace sluice::mqtt
