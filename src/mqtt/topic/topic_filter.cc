#include "mqtt/topic/topic_filter.h"

#include <algorithm>

#include "mqtt/topic/levels.h"

namespace sluice::mqtt {
namespace {

constexpr ByteView kSharePrefix = "$share/";
constexpr ByteView kWildcards = "+#";

bool has_valid_size(ByteView text, std::uint32_t levels_max) {
  if (text.empty() || text.size() > kTopicBytesMax) return false;
  const auto separators = std::count(text.begin(), text.end(), '/');
  return static_cast<std::uint64_t>(separators) < levels_max;
}

bool has_null(ByteView text) {
  return text.find('\0') != ByteView::npos;
}

}  // namespace

bool is_valid_topic_name(ByteView topic, std::uint32_t levels_max) {
  return has_valid_size(topic, levels_max) && !has_null(topic) && !has_wildcard(topic);
}

bool is_valid_topic_filter(ByteView filter, std::uint32_t levels_max) {
  if (!has_valid_size(filter, levels_max) || has_null(filter)) return false;
  for (std::size_t position = 0; position != kNoMoreLevels;) {
    const ByteView level = take_level(filter, position);
    if (level.size() > 1 && has_wildcard(level)) return false;    // [MQTT5-4.7.1-2]
    if (level == "#" && position != kNoMoreLevels) return false;  // [MQTT5-4.7.1-1]
  }
  return true;
}

bool has_wildcard(ByteView filter) {
  return filter.find_first_of(kWildcards) != ByteView::npos;
}

bool is_shared(ByteView filter) {
  return filter.starts_with(kSharePrefix);
}

std::string SharedFilter::text() const {
  std::string text("$share/");
  return text.append(share_name).append("/").append(filter);
}

std::optional<SharedFilter> parse_shared(ByteView filter) {
  if (!is_shared(filter)) return std::nullopt;
  filter.remove_prefix(kSharePrefix.size());
  const std::size_t end = filter.find('/');
  if (end == ByteView::npos) return std::nullopt;
  const SharedFilter parts{filter.substr(0, end), filter.substr(end + 1)};
  if (parts.share_name.empty() || has_wildcard(parts.share_name)) return std::nullopt;
  if (parts.filter.empty()) return std::nullopt;
  return parts;
}

bool matches(ByteView filter, ByteView topic) {
  bool wildcards_match = !topic.starts_with('$');  // [MQTT5-4.7.2-1], first level only
  std::size_t filter_position = 0;
  std::size_t topic_position = 0;
  while (filter_position != kNoMoreLevels) {
    const ByteView wanted = take_level(filter, filter_position);
    // Before the check for a missing level: "a/#" matches its parent level "a" too.
    if (wanted == "#" && filter_position == kNoMoreLevels) return wildcards_match;
    if (topic_position == kNoMoreLevels) return false;
    const ByteView level = take_level(topic, topic_position);
    if (wanted == "+" ? !wildcards_match : wanted != level) return false;
    wildcards_match = true;
  }
  return topic_position == kNoMoreLevels;
}

}  // namespace sluice::mqtt
