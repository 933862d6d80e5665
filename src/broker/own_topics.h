#pragma once

#include "base/bytes.h"

namespace sluice::broker {

inline bool is_at_or_below(ByteView topic, ByteView root) {
  return topic.starts_with(root) && (topic.size() == root.size() || topic[root.size()] == '/');
}

/// Of events: what is dropped of them makes no event, or one would make the next.
inline bool is_event_topic(ByteView topic) {
  return is_at_or_below(topic, "$events");
}

/// Topics that only the broker itself publishes to.
inline bool is_own_topic(ByteView topic) {
  return topic.starts_with('$') && (is_at_or_below(topic, "$SYS") || is_event_topic(topic));
}

}  // namespace sluice::broker
