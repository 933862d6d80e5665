#include "config/rate_limit.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice::config {
namespace {

constexpr std::size_t kWindowsMax = 8;
constexpr std::uint64_t kCountMax = 1'000'000'000'000;
constexpr std::uint64_t kSecondsMax = 604'800;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < 1 || number > max) return std::nullopt;
  return number;
}

}  // namespace

tl::expected<RateLimit, Complaint> parse_rate_limit(std::string_view text) {
  RateLimit limit;
  const auto refuse = [&](std::string_view part) {
    return tl::unexpected(Complaint{
        "'" + std::string(part) + "' is no rate: expects COUNT:SECONDS, several with commas",
        "10:1,300:60"});
  };
  for (std::string_view rest = trimmed(text); !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view part = trimmed(rest.substr(0, comma));
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) return refuse(part);
    const auto count = parse_number(trimmed(part.substr(0, colon)), kCountMax);
    const auto seconds = parse_number(trimmed(part.substr(colon + 1)), kSecondsMax);
    if (!count || !seconds || limit.windows.size() == kWindowsMax) return refuse(part);
    limit.windows.push_back({*count, static_cast<std::uint32_t>(*seconds)});
    rest = comma == rest.size() ? std::string_view() : rest.substr(comma + 1);
    if (rest.empty() && comma != text.size() && text.ends_with(',')) return refuse(part);
  }
  return limit;
}

}  // namespace sluice::config
