#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "support/delivery_checker.h"

namespace sluice::crash {

using delivery::MessageId;
using delivery::PublisherId;
using delivery::SubscriberId;
using delivery::TopicId;
using mqtt::Qos;

// Who talks to whom. Publishers and subscribers of the same number modulo kGroups belong together:
// each group has two publishers, four topics of each, one Will topic, and two subscribers, of which
// one is offline while load runs.
inline constexpr std::uint32_t kGroups = 4;
inline constexpr std::uint32_t kPublishers = 8;
inline constexpr std::uint32_t kSubscribers = 8;
inline constexpr std::uint32_t kWillClients = kGroups;
inline constexpr std::uint32_t kTopicsOfPublisher = 4;
inline constexpr std::uint32_t kFirstRetained = 2;  // of a publisher's topics, the last ones
inline constexpr TopicId kTopics = kPublishers * kTopicsOfPublisher + kWillClients;

inline constexpr std::size_t kPayloadMin = 100;
inline constexpr std::size_t kPayloadMax = 64 * 1024;

constexpr TopicId topic_of_will(std::uint32_t client) {
  return kPublishers * kTopicsOfPublisher + client;
}
constexpr bool is_retained(TopicId topic) {
  return topic < kPublishers * kTopicsOfPublisher && topic % kTopicsOfPublisher >= kFirstRetained;
}
/// Wills come from publishers of their own.
constexpr PublisherId publisher_of_will(std::uint32_t client) {
  return kPublishers + client;
}

const std::string& topic_name(TopicId topic);
std::optional<TopicId> find_topic(ByteView name);

/// What the message of that number is. It depends on nothing else, so that a re-sent PUBLISH is
/// made again rather than kept.
struct MessagePlan {
  TopicId topic;
  Qos qos;
  std::size_t size;  // of the payload: nine in ten under 300 bytes, one in a hundred up to 64 KiB
};
MessagePlan plan_message(MessageId id);

/// Writes a payload that carries its MessageId and a checksum; returns its digest.
/// `size` is kPayloadMin .. kPayloadMax.
std::uint64_t write_payload(std::string& out, MessageId id, std::size_t size);

struct ReadPayload {
  MessageId id;
  std::uint64_t digest;
};
/// Nothing when it is no payload of `write_payload`, down to the last byte.
std::optional<ReadPayload> read_payload(ByteView payload);

}  // namespace sluice::crash
