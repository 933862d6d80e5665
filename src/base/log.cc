#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

namespace sluice::log {

namespace {

constexpr std::size_t kQueuedLinesMax = 8192;

std::int64_t wall_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::shared_ptr<spdlog::async_logger> make_logger() {
  spdlog::init_thread_pool(kQueuedLinesMax, 1);
  auto logger = std::make_shared<spdlog::async_logger>(
      "sluice", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  logger->set_level(spdlog::level::debug);  // decided before, in `write`
  logger->flush_on(spdlog::level::debug);
  return logger;
}

/// Made with the first line, so that a tool that logs nothing starts no thread. Null if it could
/// not be made: a broker that cannot log still serves.
std::shared_ptr<spdlog::async_logger>& logger() {
  static std::shared_ptr<spdlog::async_logger> instance = [] {
    try {
      return make_logger();
    } catch (const std::exception&) {
      return std::shared_ptr<spdlog::async_logger>();
    }
  }();
  return instance;
}

/// What all lines share. Rare events, so a lock does no harm.
struct State {
  std::atomic<Level> level{Level::Info};
  std::mutex mutex;
  Format format = Format::Text;
  std::string node;
  std::string last;  // what tells a line from others
  Level last_level = Level::Info;
  std::string last_words;
  std::uint64_t repeated = 0;
  Instant fold_until{};
};

State& state() {
  static State instance;
  return instance;
}

void put(State& shared, const Event& event) {
  if (!logger()) return;
  // spdlog catches what its sinks throw.
  logger()->log(spdlog::level::info, format_line(event, shared.format, shared.node, wall_ms()));
}

/// The count of a line that did not come again.
void put_repeated(State& shared) {
  if (shared.repeated == 0) return;
  const std::string count = std::to_string(std::exchange(shared.repeated, 0));
  const Field field{"repeated", count};
  put(shared, {shared.last_level, shared.last_words, {&field, 1}});
}

std::string identity_of(const Event& event) {
  std::string text(event.words);
  for (const Field& field : event.fields) {
    text += '\0';
    text += field.name;
    text += '\0';
    text += field.value;
  }
  return text;
}

}  // namespace

void write(const Event& event) {
  if (!is_enabled(event.level)) return;
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  std::string identity = identity_of(event);
  const Instant now = monotonic_now();
  if (identity == shared.last && now < shared.fold_until) {
    ++shared.repeated;
    return;
  }
  put_repeated(shared);
  shared.last = std::move(identity);
  shared.last_level = event.level;
  shared.last_words = event.words;
  shared.fold_until = now + kFoldTime;
  put(shared, event);
}

void debug(std::string_view words, Fields fields) {
  write({Level::Debug, words, fields});
}
void info(std::string_view words, Fields fields) {
  write({Level::Info, words, fields});
}
void warning(std::string_view words, Fields fields) {
  write({Level::Warning, words, fields});
}
void error(std::string_view words, Fields fields) {
  write({Level::Error, words, fields});
}

void set_level(Level level) {
  state().level.store(level, std::memory_order_relaxed);
}

bool is_enabled(Level level) {
  return level != Level::Off && level >= state().level.load(std::memory_order_relaxed);
}

void set_format(Format format) {
  const std::lock_guard lock(state().mutex);
  state().format = format;
}

void set_node(std::string node) {
  const std::lock_guard lock(state().mutex);
  state().node = std::move(node);
}

void shut_down() {
  {
    const std::lock_guard lock(state().mutex);
    put_repeated(state());
  }
  set_level(Level::Off);
  spdlog::shutdown();  // its thread writes what is queued, then ends
}

}  // namespace sluice::log
