#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace sluice::mqtt {

/// Longest Topic Name or Topic Filter in bytes [MQTT5-4.7.3-3].
inline constexpr std::size_t kTopicBytesMax = 65'535;

/// Whether `topic` may be published to: 1..65'535 bytes, at most `levels_max` levels, no wildcard
/// character, no U+0000. That it is UTF-8 is the codec's to check.
/// spec  v5 4.7; [MQTT5-4.7.0-1], [MQTT5-4.7.3-1], [MQTT5-4.7.3-2]
bool is_valid_topic_name(ByteView topic, std::uint32_t levels_max);

/// Whether `filter` may be subscribed with; for a Shared Subscription the part behind the
/// ShareName. Limits as for Topic Names; '#' is a level of its own and the last one, '+' is a level
/// of its own. spec  v5 4.7.1; [MQTT5-4.7.1-1], [MQTT5-4.7.1-2]
bool is_valid_topic_filter(ByteView filter, std::uint32_t levels_max);

/// Whether `filter` holds '+' or '#'. For a valid filter: whether it can match more than one topic.
bool has_wildcard(ByteView filter);

/// A Shared Subscription taken apart; both parts are views into the text that was parsed.
struct SharedFilter {
  ByteView share_name;
  ByteView filter;

  /// The text that `parse_shared` takes apart.
  std::string text() const;
};

/// Whether `filter` begins with "$share/", and so has to pass `parse_shared`.
bool is_shared(ByteView filter);

/// Takes "$share/{ShareName}/{filter}" apart. Nothing when the ShareName is empty or holds a
/// wildcard, or when no filter follows. The filter itself is still to be checked.
/// spec  v5 4.8.2; [MQTT5-4.8.2-1], [MQTT5-4.8.2-2]
std::optional<SharedFilter> parse_shared(ByteView filter);

/// Whether `filter` matches `topic`, decided level by level: the rule that the indexes must agree
/// with. Wildcards in the first level never match a topic that begins with '$' [MQTT5-4.7.2-1].
bool matches(ByteView filter, ByteView topic);

}  // namespace sluice::mqtt
