#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log_line.h"
#include "base/time.h"

namespace sluice::log {

/// One event a line: words, then what is known of it as fields. Written to stderr by a thread of
/// its own, so that no caller waits for a slow terminal. When it lags by 8192 lines the oldest are
/// dropped. Whatever a peer chose is escaped; payloads and passwords are never given to it.
/// Callable from any thread.
///
/// A line like the one before it is counted instead of written, for at most kFoldTime: the next one
/// then has a field `repeated`.
///
///   log::warning("refused", {{"peer", peer}, {"reason", "no_descriptor_left"}});
using Fields = std::initializer_list<Field>;
void debug(std::string_view words, Fields fields = {});
void info(std::string_view words, Fields fields = {});
void warning(std::string_view words, Fields fields = {});
void error(std::string_view words, Fields fields = {});

/// The same for fields that were put together.
void write(const Event& event);

inline constexpr seconds kFoldTime{10};

/// Lines below `level` are not written. Starts at Info.
void set_level(Level level);
bool is_enabled(Level level);

/// How lines are written from now on. Starts as Text.
void set_format(Format format);
/// The field `node` of JSON lines. Once, before the log is used by other threads.
void set_node(std::string node);

/// Writes what was logged so far and ends the thread. Later lines are lost.
void shut_down();

}  // namespace sluice::log
