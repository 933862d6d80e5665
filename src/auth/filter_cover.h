#pragma once

#include "base/bytes.h"

namespace sluice::auth {

// How the sets of topics that two Topic Filters match relate. Both filters are valid; the answers
// are exact, also for topics that begin with '$' [MQTT5-4.7.2-1], and take time linear in both.

/// Whether `wide` matches every topic that `narrow` matches: a/# covers a, a/+/b and a/#.
bool covers(ByteView wide, ByteView narrow);

/// Whether some topic is matched by both: a/+ and +/b share a/b.
bool overlaps(ByteView one, ByteView other);

}  // namespace sluice::auth
