#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "mqtt/types.h"

/// What an operator asks a shard for, and what it answers: plain values, which any thread may hold.
namespace sluice::broker {

/// What one shard has of a list of the whole broker: the first `offset + limit` of its own items by
/// the order that was asked for, not yet in order, and how many it has in all.
template <class Item>
struct Excerpt {
  std::vector<Item> items;
  std::uint64_t total = 0;
};

/// The part of a list that is asked for.
struct Slice {
  std::size_t offset = 0;
  std::size_t limit = 20;
  std::size_t end() const { return offset + limit; }
};

/// The slice of the whole list, in order, from the excerpts of all shards, in whatever order they
/// are. The rest is not sorted: far into a long list that would take longer than all else.
template <class Item, class Less>
Excerpt<Item> merge_excerpts(std::vector<Excerpt<Item>> parts, const Slice& slice, Less less) {
  Excerpt<Item> whole;
  for (Excerpt<Item>& part : parts) {
    whole.total += part.total;
    whole.items.insert(whole.items.end(), std::make_move_iterator(part.items.begin()),
                       std::make_move_iterator(part.items.end()));
  }
  const auto at = [&](std::size_t index) {
    return whole.items.begin() + static_cast<std::ptrdiff_t>(std::min(index, whole.items.size()));
  };
  const auto begin = at(slice.offset);
  const auto end = at(slice.end());
  if (begin != whole.items.end())
    std::nth_element(whole.items.begin(), begin, whole.items.end(), less);
  if (end != whole.items.end()) std::nth_element(begin, end, whole.items.end(), less);
  std::sort(begin, end, less);
  whole.items.erase(end, whole.items.end());
  whole.items.erase(whole.items.begin(), begin);
  return whole;
}

enum class Comparison : std::uint8_t {
  Equal,
  NotEqual,
  Greater,
  Less,
  GreaterOrEqual,
  LessOrEqual
};
struct CountFilter {
  Comparison comparison = Comparison::Equal;
  std::uint64_t count = 0;
};

// Sessions.

struct SessionFilter {
  std::string client_id{};  // contained, whatever the case; empty: all
  std::string address{};    // contained in that of the connection, now or the last one
  std::string after{};      // Client Identifiers behind this one only: for walking through all
  std::optional<bool> connected{};
  std::optional<config::ClientType> type{};
  std::optional<bool> clean_start{};
  std::optional<CountFilter> subscriptions{};
  WallTime connected_from = 0;
  WallTime connected_to = std::numeric_limits<WallTime>::max();
};

enum class SessionOrder : std::uint8_t {
  ClientId,
  Connected,  // the state
  Type,
  Subscriptions,
  ConnectedAt,
  DisconnectedAt,
  Address,
  CleanStart,
  WaitingBytes,  // queue and unsent output: who is slow
};

struct SessionQuery {
  SessionFilter filter{};
  SessionOrder order = SessionOrder::ClientId;
  bool descending = false;
  Slice slice{};
};

struct SessionSummary {
  std::string client_id;
  std::string id;  // a UUID, the same until the Session ends or its Client connects anew
  std::string address;
  WallTime connected_at = 0;     // 0: not known
  WallTime disconnected_at = 0;  // 0: it is connected
  std::uint64_t subscriptions = 0;
  std::uint64_t waiting_messages = 0;  // in the queue, unfinished ones included
  std::uint64_t waiting_bytes = 0;     // of those in memory or stored, and of unsent output
  config::ClientType type = config::ClientType::Device;
  bool is_connected = false;
  bool clean_start = false;
};

/// The order of a list; equals are ordered by Client Identifier, so that pages do not overlap.
bool is_before(const SessionSummary& a, const SessionSummary& b, SessionOrder order,
               bool descending);

struct SubscriptionFacts {
  std::string filter{};      // without $share/
  std::string share_name{};  // empty: not shared
  mqtt::Qos maximum_qos = mqtt::Qos::AtMostOnce;
  bool no_local = false;
  bool retain_as_published = false;
  std::uint8_t retain_handling = 0;  // acts at SUBSCRIBE only and is not kept: 0 when read
  std::uint32_t identifier = 0;      // 0: none
  std::string text() const;          // with $share/{ShareName}/ where it is shared
};

/// What became of a wish to replace the subscriptions of a Session.
enum class SubscriptionChange : std::uint8_t { Done, InvalidFilter, NotAuthorized, TooMany };

struct WillFacts {
  std::string topic;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  std::uint64_t payload_bytes = 0;
  std::uint32_t delay_seconds = 0;
};

/// What one connection has exchanged since it began.
struct ClientStatistics {
  std::uint64_t received[3] = {};    // PUBLISH from the Client, by QoS
  std::uint64_t sent[3] = {};        // PUBLISH to the Client, by QoS
  std::uint64_t received_bytes = 0;  // of payload
  std::uint64_t sent_bytes = 0;
  std::uint64_t dropped = 0;  // for this Client
};

struct SessionDetails {
  SessionSummary summary;
  std::uint32_t expiry_interval = 0;  // seconds; mqtt::kSessionNeverExpires
  std::uint32_t keep_alive = 0;       // seconds, 0: off or not connected
  std::uint8_t protocol_version = 0;  // 3: MQTT 3.1, 4: 3.1.1, 5: 5.0; 0: not connected
  std::string listener;               // empty: not connected
  std::string credentials_id;         // empty: anonymous
  std::string provider;               // as TBMQ names it, "MQTT_BASIC"; empty: none
  std::string username;
  std::string common_name;  // of its X.509 certificate; empty: it did not come by one
  std::uint16_t receive_maximum = 0;
  std::uint32_t packet_size_max = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t unreleased = 0;  // QoS 2 messages from the Client that await PUBREL
  std::uint64_t unsent_bytes = 0;
  bool is_stalled = false;  // the transport takes nothing
  std::optional<WillFacts> will{};
  std::optional<ClientStatistics> statistics{};  // nullopt: nothing exchanged yet, or offline
  std::vector<SubscriptionFacts> subscriptions;  // by filter
};

/// How long a Client that is connected takes to acknowledge, of the deliveries that were timed
/// within the last minute; one that is still awaited counts with its age.
struct ClientLatency {
  SessionSummary session;
  double average_ms = 0;  // moving: each counts an eighth
  double max_ms = 0;
};
/// The slowest first; equals by Client Identifier.
inline bool is_slower(const ClientLatency& a, const ClientLatency& b) {
  return a.average_ms != b.average_ms ? a.average_ms > b.average_ms
                                      : a.session.client_id < b.session.client_id;
}

struct SessionCounts {
  std::uint64_t connected = 0;
  std::uint64_t disconnected = 0;
};

/// What all Sessions hold together.
struct SessionTotals {
  struct OfType {
    std::uint64_t connected = 0;  // Sessions
    std::uint64_t disconnected = 0;
    std::uint64_t queued_messages = 0;  // not in flight
  };
  OfType devices;
  OfType applications;
  std::uint64_t in_flight = 0;  // QoS 1 and 2 messages that are not finished
  std::uint64_t shared_subscriptions = 0;

  OfType& of(config::ClientType type) {
    return type == config::ClientType::Application ? applications : devices;
  }
  void add(const SessionTotals& other);
};

// Subscriptions.

struct SubscriptionQuery {
  std::string client_id{};                 // contained, whatever the case
  std::string filter{};                    // contained in the text with $share/, whatever the case
  std::optional<std::uint8_t> qos_mask{};  // bit n: maximum QoS n
  std::optional<bool> no_local{};
  std::optional<bool> retain_as_published{};
  std::optional<std::uint32_t> identifier{};
  bool by_filter = false;  // order: filter, then Client; else Client, then filter
  bool descending = false;
  Slice slice{};
};
struct ClientSubscription {
  std::string client_id;
  SubscriptionFacts subscription;
};
bool is_before(const ClientSubscription& a, const ClientSubscription& b, bool by_filter,
               bool descending);

struct GroupMember {
  std::string client_id;
  config::ClientType type = config::ClientType::Device;
  bool is_connected = false;
};
/// A shared group; each shard knows the members that are at home there.
struct ShareGroupFacts {
  std::string share_name;
  std::string filter;
  std::vector<GroupMember> members;
};

// Retained messages.

struct RetainedQuery {
  std::string topic{};    // contained, whatever the case
  std::string payload{};  // contained
  std::optional<std::uint8_t> qos_mask{};
  WallTime from = 0;  // when it was kept
  WallTime to = std::numeric_limits<WallTime>::max();
  enum class Order : std::uint8_t { Topic, Qos, CreatedAt, Size } order = Order::Topic;
  bool descending = false;
  Slice slice{};
};

struct UserProperty {
  std::string name;
  std::string value;
};

/// An Application Message as an operator sees it.
struct MessageFacts {
  std::string topic;
  std::string payload;  // its first bytes, as many as were asked for
  std::uint64_t payload_bytes = 0;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  WallTime created_at = 0;  // 0: not known
  WallTime expires_at = 0;  // 0: never
  std::string content_type;
  std::string response_topic;
  std::vector<UserProperty> user_properties;
};
bool is_before(const MessageFacts& a, const MessageFacts& b, RetainedQuery::Order order,
               bool descending);

// The queue of a Client.

struct QueuedMessage {
  MessageFacts message;
  std::uint16_t packet_id = 0;  // 0: not in flight
  bool awaits_release = false;  // PUBREL sent, PUBCOMP awaited
};

struct QueueFacts {
  std::uint64_t messages = 0;  // in flight included
  std::uint64_t bytes = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t on_disk = 0;         // of messages: not in memory, so not shown by a peek
  WallTime oldest_at = 0;            // 0: nothing waits, or not known
  std::vector<QueuedMessage> first;  // those in flight, then what waits, as many as were asked for
};

// Publishing by an operator.

struct PublishRequest {
  std::string topic{};
  std::string payload{};
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  std::optional<std::uint32_t> expiry_seconds{};
  std::string content_type{};
  std::string response_topic{};
  std::string correlation_data{};
  bool payload_is_utf8 = false;
  std::vector<UserProperty> user_properties{};
};

enum class PublishOutcome : std::uint8_t {
  Accepted,        // and what it promises is durable
  NoSubscribers,   // accepted, and nobody had subscribed
  InvalidTopic,    // wildcards, too many levels, `$`
  InvalidPayload,  // payload_is_utf8 and it is not
  TooLarge,        // mqtt.packet_size_max
  RateLimited,     // rate_limits.total
  StoreFailed,     // the store or the memory is full
};

}  // namespace sluice::broker
