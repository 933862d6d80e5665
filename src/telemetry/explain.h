#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/inspection.h"
#include "broker/observation.h"

namespace sluice::telemetry {

/// Why a Client did not get a message. In the order in which equally certain ones are told.
enum class Cause : std::uint8_t {
  Delivered,  // it did get it
  Blocked,
  NotAuthorized,
  TopicAlias,
  RateLimited,
  NoLocal,
  ShareMoved,  // its group gave the message to another member
  PacketTooLarge,
  QueueFull,
  Expired,
  OfflineQos0,
  Slow,
  NoSubscription,
  NotPublished,
};
const char* to_string(Cause cause);  // "NO_SUBSCRIPTION"

enum class Certainty : std::uint8_t { Possible, Likely, Certain };
const char* to_string(Certainty certainty);

struct Finding {
  Cause cause;
  Certainty certainty;
  std::string explanation;            // one sentence
  std::vector<std::string> evidence;  // what it was concluded from
  std::string remedy;
};

/// All that is known of one Client, one topic and, where it was named, one publisher.
struct DeliveryFacts {
  std::string client_id;
  std::string topic;
  std::string publisher;      // empty: not named
  std::uint64_t message = 0;  // of a trace; 0: the last one

  std::optional<broker::SessionDetails> session;
  std::vector<broker::SubscriptionFacts> matching;  // subscriptions that match the topic
  std::vector<std::string> group_members;           // of its matching groups, others than it
  std::string block;                                // of the Client; empty: none
  std::string publisher_block;
  std::optional<bool> may_subscribe;  // to the topic; nullopt: not known
  std::optional<bool> may_publish;    // the publisher, to the topic
  std::uint64_t queue_messages_max = 0;
  std::uint64_t queue_bytes_max = 0;
  std::vector<broker::DroppedMessages> drops;            // of the Client
  std::vector<broker::DroppedMessages> publisher_drops;  // of what it published
  std::vector<broker::Event> publisher_events;           // how its connections ended lately
  std::vector<broker::TraceRecord> trace;                // of the topic, in the order of time
  bool is_traced = false;                                // a trace would have shown the message
};

/// The causes that fit the facts, the most certain first. Empty: nothing speaks against delivery.
std::vector<Finding> explain(const DeliveryFacts& facts);

}  // namespace sluice::telemetry
