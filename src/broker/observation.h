#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "broker/counters.h"
#include "mqtt/types.h"

/// What an operator may watch a shard do. The shard gathers in bounded buffers, and only what
/// somebody watches; the administration collects once a second.
namespace sluice::broker {

enum class EventKind : std::uint8_t {
  Connected,
  Disconnected,
  Refused,  // before CONNACK with success
  Subscribed,
  Unsubscribed,
  SessionEnded,
  Dropped,  // the first of a Client and reason within a second, with the count of the rest
};

struct Event {
  EventKind kind;
  WallTime at = 0;
  std::string client_id;
  std::string address;
  std::string username;
  mqtt::ReasonCode code = mqtt::ReasonCode::Success;
  std::string reason;      // for a person: "KeepAliveTimeout", a DropReason, what a provider said
  std::string topic;       // or filter
  bool by_server = false;  // Disconnected: we ended it
  std::uint64_t count = 1;
};

/// One step of what became of a message or a Client that is traced.
enum class TraceStep : std::uint8_t {
  Packet,          // other than PUBLISH and its acknowledgements, either direction
  Published,       // came from its publisher and was taken
  PublishDenied,   // authorization, rates, alias, topic, memory: see reason
  NoSubscription,  // matched nobody on this shard or any other
  Matched,         // a subscription of `client_id`; filter in detail
  NoLocal,         // matched, but it is the publisher's own
  ShareChosen,     // the group (in detail) gave it to `client_id`
  Queued,          // waits in the Session
  Dropped,         // see reason
  Sent,
  Acknowledged,  // by the receiver, completely
};

struct TraceRecord {
  WallTime at = 0;
  std::uint64_t message = 0;  // the same for all steps of one message, on all shards; 0: none
  TraceStep step = TraceStep::Packet;
  std::string client_id;  // whose step it is
  std::string topic;
  std::string detail;
  std::string reason;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  std::uint16_t packet_id = 0;
};

/// What is watched. Shared by all shards; never changed once given to them.
struct Watch {
  bool events = false;            // connects, refusals, subscriptions, drops
  bool topics = false;            // samples for the topic tree
  bool payloads = false;          // with the first bytes of what they carried
  std::size_t payload_max = 256;  // bytes

  struct Trace {
    std::vector<std::string> client_ids;
    std::vector<std::string> filters;    // Topic Filters
    std::vector<std::string> addresses;  // of Clients, exactly
    bool empty() const { return client_ids.empty() && filters.empty() && addresses.empty(); }
  };
  Trace trace;
};

/// A message that was looked at for the topic tree, for `weight` messages of any topic.
struct TopicSample {
  std::string topic;
  std::string payload;  // first bytes; empty unless payloads are watched
  std::uint64_t payload_bytes = 0;
  WallTime at = 0;
  std::uint32_t weight = 1;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
};

/// What was dropped for one Client, by reason.
struct DroppedMessages {
  std::string client_id;  // empty: nobody in particular, or those that the ledger had no room for
  DropReason reason = DropReason::Count;
  std::uint64_t count = 0;
  WallTime last_at = 0;
  std::string last_topic;
};

/// What a shard gathered since it was asked last.
struct Observations {
  std::vector<Event> events;
  std::vector<TraceRecord> trace;
  std::vector<TopicSample> topics;
  std::uint64_t events_lost = 0;  // beyond the bounds
  std::uint64_t trace_lost = 0;
};

inline constexpr std::size_t kEventsMax = 4096;          // per shard and collection
inline constexpr std::size_t kTraceMax = 16'384;         // the same
inline constexpr std::size_t kTopicSamplesMax = 20'000;  // the same
inline constexpr std::size_t kLedgerMax = 10'000;        // Clients and reasons per shard

}  // namespace sluice::broker
