#include "crash/topology.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace sluice::crash {
namespace {

/// The front of each payload; what follows is filling.
struct Header {
  std::uint64_t checksum;  // of everything behind it
  std::uint64_t number;
  std::uint32_t publisher;
  std::uint32_t size;
};

std::uint64_t bits_of(MessageId id) {
  return hash_bytes({reinterpret_cast<const char*>(&id.number), sizeof id.number}, id.publisher);
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < kPublishers * kTopicsOfPublisher; ++i) {
      names.push_back("crash/p/" + std::to_string(i / kTopicsOfPublisher) + "/" +
                      std::to_string(i % kTopicsOfPublisher));
    }
    for (std::uint32_t i = 0; i < kWillClients; ++i)
      names.push_back("crash/w/" + std::to_string(i));
    return names;
  }();
  return all;
}

const std::string& filling() {
  static const std::string bytes = [] {
    std::mt19937_64 random(7);
    std::string made(2 * kPayloadMax, '\0');
    std::ranges::generate(made, [&] { return static_cast<char>(random()); });
    return made;
  }();
  return bytes;
}

}  // namespace

const std::string& topic_name(TopicId topic) {
  return names()[topic];
}

std::optional<TopicId> find_topic(ByteView name) {
  static const std::unordered_map<std::string_view, TopicId> ids = [] {
    std::unordered_map<std::string_view, TopicId> made;
    for (TopicId topic = 0; topic < kTopics; ++topic) made.emplace(names()[topic], topic);
    return made;
  }();
  const auto found = ids.find(name);
  return found == ids.end() ? std::nullopt : std::optional(found->second);
}

MessagePlan plan_message(MessageId id) {
  const std::uint64_t bits = bits_of(id);
  const std::uint64_t to_retained = bits % 16 == 0 ? kFirstRetained : 0;
  const auto topic = id.publisher * kTopicsOfPublisher + to_retained + (bits >> 4) % 2;

  const std::uint64_t turn = id.publisher % 4;  // QoS 1 only, QoS 2 only, and two that mix
  const bool is_qos2 = turn == 1 || (turn > 1 && (bits >> 8) % 2 == 0);

  const std::uint64_t class_of_size = (bits >> 16) % 100;
  const std::size_t span = class_of_size == 0 ? kPayloadMax : class_of_size < 10 ? 4096 : 300;
  const std::size_t size = kPayloadMin + (bits >> 32) % (span - kPayloadMin + 1);
  return {static_cast<TopicId>(topic), is_qos2 ? Qos::ExactlyOnce : Qos::AtLeastOnce, size};
}

std::uint64_t write_payload(std::string& out, MessageId id, std::size_t size) {
  Header header{0, id.number, id.publisher, static_cast<std::uint32_t>(size)};
  const std::size_t from = bits_of(id) % kPayloadMax;
  out.assign(reinterpret_cast<const char*>(&header), sizeof header);
  out.append(filling(), from, size - sizeof header);
  header.checksum = hash_bytes(ByteView(out).substr(sizeof header.checksum));
  std::memcpy(out.data(), &header.checksum, sizeof header.checksum);
  return header.checksum;
}

std::optional<ReadPayload> read_payload(ByteView payload) {
  Header header{};
  if (payload.size() < kPayloadMin) return std::nullopt;
  std::memcpy(&header, payload.data(), sizeof header);
  const bool is_whole = header.size == payload.size() &&
                        header.checksum == hash_bytes(payload.substr(sizeof header.checksum));
  if (!is_whole) return std::nullopt;
  return ReadPayload{{header.publisher, header.number}, header.checksum};
}

}  // namespace sluice::crash
