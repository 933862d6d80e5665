#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/latency_histogram.h"
#include "mqtt/types.h"

namespace sluice::broker {

/// Why a message was not delivered to one receiver, or not kept.
enum class DropReason : std::uint8_t {
  QueueFull,       // limits.queue_messages_max or queue_bytes_max
  OutputFull,      // QoS 0 beyond limits.output_high_watermark
  Offline,         // QoS 0 for a Session without a Network Connection
  Expired,         // Message Expiry Interval over
  PacketTooLarge,  // larger than the Client's Maximum Packet Size
  SessionEnded,    // queued for a Session that ended
  NoShareMember,   // a Shared Subscription had nobody to take it
  RetainedFull,    // limits.retained_messages_max or retained_bytes_max
  Retention,       // storage.device_retention or application_retention is over
  Damaged,         // the store could not read it any more
  StoreFailed,     // could not be made durable, and nobody was told otherwise
  NotAuthorized,   // published or waiting where the Client may not
  RateLimited,     // beyond one of rate_limits
  MemoryFull,      // beyond overload.memory_max
  Purged,          // an operator emptied the queue
  Count
};

/// Why a connection was refused or ended by us.
enum class RefusalReason : std::uint8_t {
  MalformedPacket,
  ProtocolError,
  PacketTooLarge,
  UnsupportedVersion,
  ClientIdentifier,
  NotAuthorized,
  Blocked,          // by the block list
  CredentialsGone,  // deleted or disabled while the Client was connected
  ProviderChanged,  // it has to authenticate again
  TokenExpired,
  Authenticator,  // busy, or it took longer than auth.timeout
  RateLimited,
  ConnectTimeout,
  KeepAliveTimeout,
  HalfOpenPerAddress,
  ConnectingBytes,
  Sessions,
  ApplicationClients,
  ReceiveMaximum,
  TopicAlias,
  TakenOver,
  Administrator,  // somebody closed it by hand
  ShuttingDown,
  StoreFailed,
  MemoryFull,
  Other,
  Count
};

/// Which of rate_limits took a message.
enum class RateLimit : std::uint8_t {
  Incoming,
  IncomingBytes,
  Outgoing,
  Total,
  DevicePersisted,
  Count
};

/// Counts by Reason Code of v5; those of MQTT 3 under the code that v5 has for it.
using CountsByCode = std::array<std::uint64_t, 256>;
/// Counts by type of packet, as in its first byte.
using CountsByPacket = std::array<std::uint64_t, 16>;

/// What one shard did. Plain integers, written by the shard alone; a reader asks the shard by mail.
struct Counters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections = 0;            // now
  std::uint64_t sessions = 0;               // now
  std::uint64_t subscriptions = 0;          // now
  std::uint64_t subscriptions_revoked = 0;  // by changed rules
  std::uint64_t publishes_denied = 0;
  std::uint64_t subscribes_denied = 0;
  std::uint64_t application_clients = 0;             // persistent ones, now
  std::array<std::uint64_t, 3> messages_received{};  // by QoS
  std::array<std::uint64_t, 3> messages_sent{};      // by QoS
  std::array<std::uint64_t, static_cast<std::size_t>(DropReason::Count)> dropped{};
  std::array<std::uint64_t, static_cast<std::size_t>(RefusalReason::Count)> refused{};
  std::uint64_t retained_messages = 0;  // now
  std::uint64_t retained_bytes = 0;     // now
  std::uint64_t connections_lost = 0;   // ended without DISCONNECT, and not by us
  std::uint64_t payload_bytes_received = 0;
  std::uint64_t payload_bytes_sent = 0;
  std::uint64_t bytes_received = 0;  // of whole packets
  std::uint64_t bytes_sent = 0;
  CountsByPacket packets_received{};
  CountsByPacket packets_sent{};
  CountsByCode connects{};  // answers to CONNECT
  CountsByCode disconnects_by_client{};
  CountsByCode disconnects_by_server{};
  std::array<std::uint64_t, static_cast<std::size_t>(RateLimit::Count)> rate_limited{};
  /// How long acknowledgements were held until what they promise was durable: the time since the
  /// first one of their commit group.
  LatencyHistogram publish_ack;
  /// From sending QoS 1 or 2 to its acknowledgement, sampled, see DeliveryProbes.
  LatencyHistogram delivery;

  void drop(DropReason reason, std::uint64_t count = 1) {
    dropped[static_cast<std::size_t>(reason)] += count;
  }
  void refuse(RefusalReason reason) { ++refused[static_cast<std::size_t>(reason)]; }
  void limit(RateLimit by) { ++rate_limited[static_cast<std::size_t>(by)]; }
};

/// Visits every plain counter with its name: the one list that summing and printing share.
template <class AnyCounters, class Visitor>
void for_each_counter(AnyCounters& counters, Visitor&& visit) {
  visit("connections_accepted", counters.connections_accepted);
  visit("connections", counters.connections);
  visit("sessions", counters.sessions);
  visit("subscriptions", counters.subscriptions);
  visit("subscriptions_revoked", counters.subscriptions_revoked);
  visit("publishes_denied", counters.publishes_denied);
  visit("subscribes_denied", counters.subscribes_denied);
  visit("application_clients", counters.application_clients);
  visit("retained_messages", counters.retained_messages);
  visit("retained_bytes", counters.retained_bytes);
  visit("connections_lost", counters.connections_lost);
  visit("payload_bytes_received", counters.payload_bytes_received);
  visit("payload_bytes_sent", counters.payload_bytes_sent);
  visit("bytes_received", counters.bytes_received);
  visit("bytes_sent", counters.bytes_sent);
}

/// Adds what one shard counted to the sum of several.
void add_counters(Counters& sum, const Counters& one);

/// What to count a connection under that ended, or was refused, with `code`.
RefusalReason refusal_of(mqtt::ReasonCode code);

const char* to_string(DropReason reason);
const char* to_string(RefusalReason reason);
const char* to_string(RateLimit limit);

}  // namespace sluice::broker
