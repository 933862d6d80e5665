#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "broker/observation.h"

namespace sluice::telemetry {

/// A topic that was seen, or a level above such.
struct TopicRow {
  std::string topic;
  std::uint64_t messages = 0;  // 0: only topics below it were seen
  double rate = 0;             // messages a second, as of lately
  WallTime last_at = 0;
  std::uint64_t payload_bytes = 0;     // of the last message
  std::optional<std::string> payload;  // its first bytes, where values are kept
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;         // the last message was to be retained
  std::uint64_t children = 0;  // levels right below; at most kChildrenMax are counted
};

struct TopicPage {
  std::vector<TopicRow> rows;
  std::uint64_t total = 0;
};

/// The topics that messages were published to, from the samples of the shards.
///
/// Lives on   the admin thread.
/// Limits     topics, and bytes: `kBytesPerTopic` for each topic that there may be. The least
///            recently seen make room, and are counted.
class TopicTree {
 public:
  static constexpr std::size_t kBytesPerTopic = 640;  // so that 100'000 topics are 64 MB at most
  static constexpr std::size_t kChildrenMax = 10'000;

  explicit TopicTree(std::size_t topics_max) : topics_max_(topics_max) {}
  TopicTree(const TopicTree&) = delete;
  TopicTree& operator=(const TopicTree&) = delete;

  void add(const broker::TopicSample& sample);
  void clear();

  /// The levels right below `parent`; empty: the first ones. In the order of their names.
  TopicPage children(std::string_view parent, std::size_t offset, std::size_t limit,
                     WallTime now) const;
  /// Topics that contain `text`, whatever the case of ASCII letters.
  TopicPage search(std::string_view text, std::size_t offset, std::size_t limit,
                   WallTime now) const;
  std::optional<TopicRow> find(std::string_view topic, WallTime now) const;

  std::size_t size() const { return topics_.size(); }
  std::size_t bytes() const { return bytes_; }  // with what the allocator adds, about
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  /// A level comes right before what is below it: '/' is the smallest character.
  struct ByLevel {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };
  struct Entry {
    std::string payload;
    std::uint64_t messages = 0;
    std::uint64_t payload_bytes = 0;
    WallTime last_at = 0;
    float rate = 0;  // as of last_at
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    bool retain = false;
    bool has_payload = false;
    std::pair<const std::string, Entry>* older = nullptr;
    std::pair<const std::string, Entry>* newer = nullptr;
  };
  using Topics = std::map<std::string, Entry, ByLevel>;
  using Node = Topics::value_type;

  static std::size_t bytes_of(const Node& node);
  static float rate_at(const Entry& entry, WallTime now);
  void unlink(Node& node);
  void link_as_newest(Node& node);
  void make_room();
  TopicRow row_of(std::string_view topic, const Entry* entry, WallTime now) const;
  /// Calls `visit(name of the level, its own entry or null)` until that returns false.
  using Visit = std::function<bool(std::string_view topic, const Entry* entry)>;
  void visit_children(std::string_view parent, const Visit& visit) const;
  std::uint64_t count_children(std::string_view parent) const;

  const std::size_t topics_max_;
  Topics topics_;
  Node* oldest_ = nullptr;
  Node* newest_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace sluice::telemetry
