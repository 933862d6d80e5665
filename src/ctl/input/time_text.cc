#include "ctl/input/time_text.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

#include "config/units.h"

namespace sluice::ctl {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using Moment = std::chrono::sys_time<milliseconds>;

std::optional<Moment> parse_date(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  int end = 0;
  const auto size = static_cast<int>(text.size());
  const bool is_day =
      std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) == 3 && end == size;
  if (!is_day) {
    end = 0;
    std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ%n", &year, &month, &day, &hours, &minutes,
                &seconds, &end);
    if (end != size) return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds);
}

/// direction  of spans: 1 from now on, -1 back
Outcome<std::int64_t> parse_time(std::string_view text, std::int64_t direction) {
  if (const auto date = parse_date(std::string(text))) return date->time_since_epoch().count();
  const auto seconds = config::parse_quantity(config::Kind::Seconds, text);
  constexpr std::uint64_t kSecondsMax = 100ULL * 366 * 24 * 3600;  // a century
  if (!seconds || *seconds > kSecondsMax) {
    return misused("'" + std::string(text) +
                   "' is no time: write 2026-12-31, 2026-12-31T08:00:00Z, or a span like 15m");
  }
  return now_ms() + direction * static_cast<std::int64_t>(*seconds) * 1000;
}

}  // namespace

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return duration_cast<milliseconds>(now).count();
}

std::string format_time(std::int64_t value) {
  if (value == 0) return "never";
  const Moment moment{milliseconds(value)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(moment - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text.data();
}

Outcome<std::int64_t> parse_future(std::string_view text) {
  return parse_time(text, 1);
}

Outcome<std::int64_t> parse_past(std::string_view text) {
  return parse_time(text, -1);
}

}  // namespace sluice::ctl
