#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/http/api_error.h"

namespace sluice::admin {

/// The parameters behind the '?' of a target, decoded.
class Query {
 public:
  static constexpr std::size_t kParametersMax = 64;

  Query() = default;
  /// errors  a broken %-escape, a NUL, more than kParametersMax parameters
  static Outcome<Query> parse(std::string_view text);
  void add(std::string name, std::string value) {
    parameters_.emplace_back(std::move(name), std::move(value));
  }

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The first of this name, null without one.
  const std::string* find(std::string_view name) const;
  std::string text(std::string_view name) const;
  /// errors  missing or empty
  Outcome<std::string> required(std::string_view name) const;
  /// Values that are repeated or separated by commas.
  std::vector<std::string> list(std::string_view name) const;
  /// errors  not a whole number of `min`..`max`
  Outcome<std::optional<std::int64_t>> number(std::string_view name, std::int64_t min,
                                              std::int64_t max) const;
  /// "true" and "false" only; both or none are given: nullopt.
  Outcome<std::optional<bool>> flags(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// Replaces %XX. errors  a broken escape, a NUL
Outcome<std::string> decode_percent(std::string_view text, bool plus_is_space);

}  // namespace sluice::admin
