#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::delivery {

// Small numbers that the user of the checker gives to its clients and topics; the checker keeps
// arrays of them.
using PublisherId = std::uint32_t;
using SubscriberId = std::uint32_t;
using TopicId = std::uint32_t;

/// One Application Message: the number is the publisher's own count, 1, 2, 3, …, over all topics.
struct MessageId {
  PublisherId publisher = 0;
  std::uint64_t number = 0;

  bool operator==(const MessageId&) const = default;
};

enum class FindingKind : std::uint8_t {
  Lost,           // acknowledged, owed to a Session, never received
  Duplicate,      // QoS 2 more than once; QoS 1 again with nothing to excuse it
  Reordered,      // against the publisher's order within topic and QoS
  Phantom,        // never sent, other bytes, or nothing this subscriber asked for
  Stuck,          // the broker has something to do, could, and does not
  RetainedStale,  // older than a value acknowledged before the question
  WillLost,       // the Will of a client with CONNACK did not come
  SessionLost,    // a confirmed Session that nobody ended is gone
};
inline constexpr std::size_t kFindingKinds = 8;

/// Lower case with spaces, for people.
const char* to_string(FindingKind kind);

struct Finding {
  FindingKind kind;
  std::optional<SubscriberId> subscriber;
  std::optional<MessageId> message;
  std::string line;  // the whole story in one line, without the kind
};

/// All findings counted, the first of them kept.
class Findings {
 public:
  static constexpr std::size_t kKeptMax = 1000;

  void add(Finding finding);

  std::uint64_t count(FindingKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  std::uint64_t total() const;
  /// In the order in which they were found, at most kKeptMax.
  const std::vector<Finding>& kept() const { return kept_; }

 private:
  std::array<std::uint64_t, kFindingKinds> counts_{};
  std::vector<Finding> kept_;
};

}  // namespace sluice::delivery
