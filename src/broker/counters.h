#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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

  void drop(DropReason reason, std::uint64_t count = 1) {
    dropped[static_cast<std::size_t>(reason)] += count;
  }
  void refuse(RefusalReason reason) { ++refused[static_cast<std::size_t>(reason)]; }
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
}

/// Adds what one shard counted to the sum of several.
void add_counters(Counters& sum, const Counters& one);

/// What to count a connection under that ended, or was refused, with `code`.
RefusalReason refusal_of(mqtt::ReasonCode code);

const char* to_string(DropReason reason);
const char* to_string(RefusalReason reason);

}  // namespace sluice::broker
