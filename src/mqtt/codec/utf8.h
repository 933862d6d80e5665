#pragma once

#include "base/bytes.h"

namespace sluice::mqtt {

/// Whether `bytes` are well-formed UTF-8 without surrogates. U+0000 is allowed: this is the rule
/// for a payload with Payload Format Indicator 1 (v5 3.3.2.3.2), not for strings.
bool is_valid_utf8(ByteView bytes);

/// Whether `bytes` may be a UTF-8 Encoded String: well-formed, no surrogates [MQTT5-1.5.4-1], no
/// U+0000 [MQTT5-1.5.4-2]. Does not look at the length.
bool is_valid_string(ByteView bytes);

/// Whether there is a "+" or "#" anywhere, which a Topic Name may not have [MQTT5-3.3.2-2].
bool has_wildcard_character(ByteView topic);

}  // namespace sluice::mqtt
