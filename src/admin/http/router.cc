#include "admin/http/router.h"

#include <optional>

#include "admin/http/query.h"

namespace sluice::admin {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.push_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

/// The number of fixed segments if the pattern fits.
std::optional<std::size_t> fit(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::size_t fixed = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_parameter(pattern[i])) {
      if (path[i].empty()) return std::nullopt;
      continue;
    }
    if (pattern[i] != path[i]) return std::nullopt;
    ++fixed;
  }
  return fixed;
}

Outcome<Router::Match> bind(const Route& route, const Segments& path) {
  Router::Match match{&route, {}};
  const Segments pattern = split(route.pattern);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_parameter(pattern[i])) continue;
    auto value = decode_percent(path[i], false);
    if (!value) return tl::unexpected(value.error());
    match.params.emplace(pattern[i].substr(1, pattern[i].size() - 2), std::move(*value));
  }
  return match;
}

}  // namespace

Outcome<Router::Match> Router::find(std::string_view method, std::string_view path) const {
  if (!path.starts_with('/')) return bad_request("The address has no path");
  const Segments segments = split(path);
  const Route* best = nullptr;
  std::size_t best_fixed = 0;
  bool has_path = false;
  for (const Route& route : routes_) {
    const auto fixed = fit(split(route.pattern), segments);
    if (!fixed) continue;
    has_path = true;
    if (route.method == method && (!best || *fixed > best_fixed)) {
      best = &route;
      best_fixed = *fixed;
    }
  }
  if (best) return bind(*best, segments);
  if (!has_path) return not_found("There is no such path");
  return tl::unexpected(
      ApiError{405, ErrorCode::BadRequest, "The path has no such method", {}, {}});
}

}  // namespace sluice::admin
