#include "telemetry/topic_tree.h"

#include <algorithm>
#include <cmath>

namespace sluice::telemetry {
namespace {

/// How fast a rate forgets: after so many seconds 1/e is left.
constexpr float kRateSeconds = 10;
/// What a node of the map and the allocator take beside key and value.
constexpr std::size_t kNodeOverhead = 48;
constexpr std::size_t kTextOverhead = 24;
constexpr std::size_t kInlineText = 15;  // of libstdc++'s std::string

int rank(char c) {
  return c == '/' ? 0 : static_cast<unsigned char>(c);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool contains(std::string_view text, std::string_view lowered_part) {
  return std::search(text.begin(), text.end(), lowered_part.begin(), lowered_part.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

std::size_t heap_bytes(const std::string& text) {
  return text.capacity() <= kInlineText ? 0 : text.capacity() + kTextOverhead;
}

}  // namespace

bool TopicTree::ByLevel::operator()(std::string_view a, std::string_view b) const {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_b == b.end()) return false;
  return in_a == a.end() || rank(*in_a) < rank(*in_b);
}

std::size_t TopicTree::bytes_of(const Node& node) {
  return sizeof(Node) + kNodeOverhead + heap_bytes(node.first) + heap_bytes(node.second.payload);
}

float TopicTree::rate_at(const Entry& entry, WallTime now) {
  const auto passed = static_cast<float>(std::max<WallTime>(now - entry.last_at, 0)) / 1000;
  return entry.rate * std::exp(-passed / kRateSeconds);
}

void TopicTree::unlink(Node& node) {
  Entry& entry = node.second;
  (entry.older ? entry.older->second.newer : oldest_) = entry.newer;
  (entry.newer ? entry.newer->second.older : newest_) = entry.older;
  entry.older = entry.newer = nullptr;
}

void TopicTree::link_as_newest(Node& node) {
  node.second.older = newest_;
  (newest_ ? newest_->second.newer : oldest_) = &node;
  newest_ = &node;
}

void TopicTree::add(const broker::TopicSample& sample) {
  const auto [found, is_new] = topics_.try_emplace(sample.topic);
  Node& node = *found;
  if (is_new) {
    node.second.last_at = sample.at;
  } else {
    bytes_ -= bytes_of(node);
    unlink(node);
  }
  Entry& entry = node.second;
  entry.rate = rate_at(entry, sample.at) + static_cast<float>(sample.weight) / kRateSeconds;
  entry.messages += sample.weight;
  entry.last_at = std::max(entry.last_at, sample.at);
  entry.payload_bytes = sample.payload_bytes;
  entry.qos = sample.qos;
  entry.retain = sample.retain;
  // A value that was seen stays, while those of now are not watched: it has its time beside it.
  if (!sample.payload.empty() || sample.payload_bytes == 0) {
    entry.has_payload = !sample.payload.empty();
    entry.payload = sample.payload;
    entry.payload.shrink_to_fit();
  }
  bytes_ += bytes_of(node);
  link_as_newest(node);
  make_room();
}

void TopicTree::make_room() {
  while (topics_.size() > topics_max_ || bytes_ > topics_max_ * kBytesPerTopic) {
    Node& node = *oldest_;
    bytes_ -= bytes_of(node);
    unlink(node);
    topics_.erase(topics_.find(node.first));
    ++forgotten_;
  }
}

void TopicTree::clear() {
  topics_.clear();
  oldest_ = newest_ = nullptr;
  bytes_ = 0;
}

TopicRow TopicTree::row_of(std::string_view topic, const Entry* entry, WallTime now) const {
  TopicRow row;
  row.topic = topic;
  row.children = count_children(topic);
  if (!entry) return row;
  row.messages = entry->messages;
  row.rate = rate_at(*entry, now);
  row.last_at = entry->last_at;
  row.payload_bytes = entry->payload_bytes;
  if (entry->has_payload) row.payload = entry->payload;
  row.qos = entry->qos;
  row.retain = entry->retain;
  return row;
}

void TopicTree::visit_children(std::string_view parent, const Visit& visit) const {
  const std::string prefix = parent.empty() ? "" : std::string(parent) + '/';
  auto next = topics_.lower_bound(prefix);
  while (next != topics_.end() && next->first.starts_with(prefix)) {
    const std::string_view topic = next->first;
    const std::string_view level = topic.substr(0, topic.find('/', prefix.size()));
    if (!visit(level, level.size() == topic.size() ? &next->second : nullptr)) return;
    // Behind all that begins with `level` and '/': no topic has U+0001 in the order before it.
    next = topics_.lower_bound(std::string(level) + '\x01');
  }
}

std::uint64_t TopicTree::count_children(std::string_view parent) const {
  std::uint64_t count = 0;
  visit_children(parent, [&](std::string_view, const Entry*) { return ++count < kChildrenMax; });
  return count;
}

TopicPage TopicTree::children(std::string_view parent, std::size_t offset, std::size_t limit,
                              WallTime now) const {
  TopicPage page;
  visit_children(parent, [&](std::string_view topic, const Entry* entry) {
    if (page.total >= offset && page.rows.size() < limit) {
      page.rows.push_back(row_of(topic, entry, now));
    }
    ++page.total;
    return true;
  });
  return page;
}

TopicPage TopicTree::search(std::string_view text, std::size_t offset, std::size_t limit,
                            WallTime now) const {
  const std::string part = lowered(text);
  TopicPage page;
  for (const auto& [topic, entry] : topics_) {
    if (!contains(topic, part)) continue;
    if (page.total >= offset && page.rows.size() < limit) {
      page.rows.push_back(row_of(topic, &entry, now));
    }
    ++page.total;
  }
  return page;
}

std::optional<TopicRow> TopicTree::find(std::string_view topic, WallTime now) const {
  const auto found = topics_.find(topic);
  const Entry* const entry = found == topics_.end() ? nullptr : &found->second;
  TopicRow row = row_of(topic, entry, now);
  if (!entry && row.children == 0) return std::nullopt;
  return row;
}

}  // namespace sluice::telemetry
