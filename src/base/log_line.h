#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error, Off };
enum class Format : std::uint8_t { Text, Json };

/// Something that is known of an event. Names that several lines share: node, client_id, user,
/// peer, listener, reason_code, reason.
struct Field {
  std::string_view name;
  std::string_view value;
};

struct Event {
  Level level;
  std::string_view words;
  std::span<const Field> fields;
};

/// One line without its end: `2026-01-02T03:04:05.678Z warning refused peer=[::1]:1 reason="a b"`,
/// or an object of JSON with ts, level, msg, node where there is one, and the fields.
///
/// wall_ms  milliseconds since 1970
std::string format_line(const Event& event, Format format, std::string_view node,
                        std::int64_t wall_ms);

}  // namespace sluice::log
