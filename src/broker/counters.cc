#include "broker/counters.h"

#include <vector>

#include "base/assert.h"

namespace sluice::broker {
namespace {

template <class Array>
void add_each(Array& sum, const Array& one) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
}

}  // namespace

void add_counters(Counters& sum, const Counters& one) {
  std::vector<std::uint64_t> values;
  for_each_counter(one, [&](const char*, std::uint64_t value) { values.push_back(value); });
  auto next = values.begin();
  for_each_counter(sum, [&](const char*, std::uint64_t& value) { value += *next++; });
  add_each(sum.messages_received, one.messages_received);
  add_each(sum.messages_sent, one.messages_sent);
  add_each(sum.dropped, one.dropped);
  add_each(sum.refused, one.refused);
  add_each(sum.packets_received, one.packets_received);
  add_each(sum.packets_sent, one.packets_sent);
  add_each(sum.connects, one.connects);
  add_each(sum.disconnects_by_client, one.disconnects_by_client);
  add_each(sum.disconnects_by_server, one.disconnects_by_server);
  add_each(sum.rate_limited, one.rate_limited);
  sum.publish_ack.add(one.publish_ack);
  sum.delivery.add(one.delivery);
}

RefusalReason refusal_of(mqtt::ReasonCode code) {
  using mqtt::ReasonCode;
  switch (code) {
    case ReasonCode::MalformedPacket:
      return RefusalReason::MalformedPacket;
    case ReasonCode::ProtocolError:
      return RefusalReason::ProtocolError;
    case ReasonCode::PacketTooLarge:
      return RefusalReason::PacketTooLarge;
    case ReasonCode::UnsupportedProtocolVersion:
      return RefusalReason::UnsupportedVersion;
    case ReasonCode::ClientIdentifierNotValid:
      return RefusalReason::ClientIdentifier;
    case ReasonCode::NotAuthorized:
    case ReasonCode::BadAuthenticationMethod:
      return RefusalReason::NotAuthorized;
    case ReasonCode::ReceiveMaximumExceeded:
      return RefusalReason::ReceiveMaximum;
    case ReasonCode::TopicAliasInvalid:
      return RefusalReason::TopicAlias;
    case ReasonCode::Banned:
      return RefusalReason::Blocked;
    case ReasonCode::MessageRateTooHigh:
      return RefusalReason::RateLimited;
    case ReasonCode::ServerBusy:
    case ReasonCode::ServerUnavailable:
      return RefusalReason::Authenticator;
    default:
      return RefusalReason::Other;
  }
}

const char* to_string(DropReason reason) {
  switch (reason) {
    case DropReason::QueueFull:
      return "queue_full";
    case DropReason::OutputFull:
      return "output_full";
    case DropReason::Offline:
      return "offline";
    case DropReason::Expired:
      return "expired";
    case DropReason::PacketTooLarge:
      return "packet_too_large";
    case DropReason::SessionEnded:
      return "session_ended";
    case DropReason::NoShareMember:
      return "no_share_member";
    case DropReason::RetainedFull:
      return "retained_full";
    case DropReason::Retention:
      return "retention";
    case DropReason::Damaged:
      return "damaged";
    case DropReason::StoreFailed:
      return "store_failed";
    case DropReason::NotAuthorized:
      return "not_authorized";
    case DropReason::MemoryFull:
      return "memory_full";
    case DropReason::RateLimited:
      return "rate_limited";
    case DropReason::Purged:
      return "purged";
    case DropReason::Count:
      break;
  }
  SLUICE_UNREACHABLE();
}

const char* to_string(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::MalformedPacket:
      return "malformed_packet";
    case RefusalReason::ProtocolError:
      return "protocol_error";
    case RefusalReason::PacketTooLarge:
      return "packet_too_large";
    case RefusalReason::UnsupportedVersion:
      return "unsupported_version";
    case RefusalReason::ClientIdentifier:
      return "client_identifier";
    case RefusalReason::NotAuthorized:
      return "not_authorized";
    case RefusalReason::Blocked:
      return "blocked";
    case RefusalReason::CredentialsGone:
      return "credentials_gone";
    case RefusalReason::ProviderChanged:
      return "provider_changed";
    case RefusalReason::TokenExpired:
      return "token_expired";
    case RefusalReason::Authenticator:
      return "authenticator";
    case RefusalReason::RateLimited:
      return "rate_limited";
    case RefusalReason::ApplicationClients:
      return "application_clients";
    case RefusalReason::ConnectTimeout:
      return "connect_timeout";
    case RefusalReason::KeepAliveTimeout:
      return "keep_alive_timeout";
    case RefusalReason::HalfOpenPerAddress:
      return "half_open_per_address";
    case RefusalReason::ConnectingBytes:
      return "connecting_bytes";
    case RefusalReason::Sessions:
      return "sessions";
    case RefusalReason::ReceiveMaximum:
      return "receive_maximum";
    case RefusalReason::TopicAlias:
      return "topic_alias";
    case RefusalReason::Administrator:
      return "administrator";
    case RefusalReason::MemoryFull:
      return "memory_full";
    case RefusalReason::TakenOver:
      return "taken_over";
    case RefusalReason::ShuttingDown:
      return "shutting_down";
    case RefusalReason::StoreFailed:
      return "store_failed";
    case RefusalReason::Other:
      return "other";
    case RefusalReason::Count:
      break;
  }
  SLUICE_UNREACHABLE();
}

const char* to_string(RateLimit limit) {
  switch (limit) {
    case RateLimit::Incoming:
      return "incoming_publish";
    case RateLimit::IncomingBytes:
      return "incoming_bytes";
    case RateLimit::Outgoing:
      return "outgoing_publish";
    case RateLimit::Total:
      return "total";
    case RateLimit::DevicePersisted:
      return "device_persisted";
    case RateLimit::Count:
      break;
  }
  SLUICE_UNREACHABLE();
}

}  // namespace sluice::broker
