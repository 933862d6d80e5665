#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <memory>
#include <utility>

namespace sluice::log {

namespace {

constexpr std::size_t kQueuedLinesMax = 8192;

std::atomic<Level>& current_level() {
  static std::atomic<Level> level{Level::Info};
  return level;
}

spdlog::level::level_enum to_spdlog(Level level) {
  constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                               spdlog::level::err, spdlog::level::off};
  return kLevels[static_cast<std::size_t>(level)];
}

std::shared_ptr<spdlog::async_logger> make_logger() {
  spdlog::init_thread_pool(kQueuedLinesMax, 1);
  auto logger = std::make_shared<spdlog::async_logger>(
      "sluice", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
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

std::string escape(std::string_view line) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  escaped.reserve(line.size());
  for (const char c : line) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && code != 0x7F) {
      escaped += c;
    } else {
      escaped += "\\x";
      escaped += kHex[code >> 4];
      escaped += kHex[code & 0x0F];
    }
  }
  return escaped;
}

void write(Level level, std::string_view line) {
  if (!is_enabled(level) || !logger()) return;
  logger()->log(to_spdlog(level), escape(line));  // spdlog catches what its sinks throw
}

}  // namespace

void debug(std::string_view line) {
  write(Level::Debug, line);
}
void info(std::string_view line) {
  write(Level::Info, line);
}
void warning(std::string_view line) {
  write(Level::Warning, line);
}
void error(std::string_view line) {
  write(Level::Error, line);
}

void set_level(Level level) {
  current_level().store(level, std::memory_order_relaxed);
}

bool is_enabled(Level level) {
  return level != Level::Off && level >= current_level().load(std::memory_order_relaxed);
}

void shut_down() {
  set_level(Level::Off);
  spdlog::shutdown();  // its thread writes what is queued, then ends
}

RateLimiter::Verdict RateLimiter::ask(Instant now) {
  const std::lock_guard lock(mutex_);
  if (passed_ == 0 || now - window_ >= seconds{1}) {
    window_ = now;
    passed_ = 0;
  }
  if (passed_ == limit_) {
    ++folded_;
    return {false, 0};
  }
  ++passed_;
  return {true, std::exchange(folded_, 0)};
}

void RateLimiter::warn(std::string_view line, Instant now) {
  const auto [pass, folded] = ask(now);
  if (!pass) return;
  if (folded == 0) return warning(line);
  warning(std::string(line) + " folded=" + std::to_string(folded));
}

}  // namespace sluice::log
