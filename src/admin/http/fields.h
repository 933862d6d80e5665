#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/http/api_error.h"

namespace sluice::admin {

/// Bounds of what a body may be, whatever its size in bytes.
inline constexpr std::size_t kJsonDepthMax = 16;

/// errors  not JSON, nested deeper than kJsonDepthMax
Outcome<boost::json::value> parse_json(std::string_view text);

/// One name of an enumeration in the API.
template <class E>
struct Choice {
  std::string_view name;
  E value;
};

template <class E>
std::optional<E> find_choice(std::span<const Choice<E>> choices, std::string_view name) {
  for (const auto& choice : choices) {
    if (choice.name == name) return choice.value;
  }
  return std::nullopt;
}

/// Reads a JSON object member by member. The first problem is remembered with the path to the
/// member, so that a reader is a list of assignments with one check at its end.
///
/// null counts as absent. Views into the value, which has to stay.
class Fields {
 public:
  static constexpr std::size_t kTextMax = 64 * 1024;  // bytes of one text

  explicit Fields(const boost::json::value& value, std::string path = "");

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string text(std::string_view name, std::size_t max = kTextMax);  // empty if absent
  std::string required_text(std::string_view name, std::size_t max = kTextMax);
  std::optional<std::string> optional_text(std::string_view name, std::size_t max = kTextMax);
  std::int64_t number(std::string_view name, std::int64_t min, std::int64_t max,
                      std::int64_t fallback);
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t min,
                                              std::int64_t max);
  bool flag(std::string_view name, bool fallback);
  /// A missing object reads as an empty one; its problems are this one's.
  Fields object(std::string_view name);
  std::vector<Fields> objects(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  /// The value as text, "" if absent: what is kept without being understood (additionalInfo).
  std::string raw(std::string_view name, std::size_t max = kTextMax);

  template <class E>
  E choice(std::string_view name, std::span<const Choice<E>> choices, std::optional<E> fallback) {
    const auto given = optional_text(name);
    if (!given && fallback) return *fallback;
    const auto found = find_choice(choices, given.value_or(""));
    if (!found) complain(name, given ? "'" + *given + "' is not known" : "is missing");
    return found.value_or(choices.front().value);
  }

  const boost::json::value* find(std::string_view name) const;
  void complain(std::string_view name, std::string_view what);

  /// What was wrong first; nullopt: nothing.
  const std::optional<std::string>& problem() const { return *problem_; }
  /// The problem as the answer to the caller.
  Outcome<void> check() const;

 private:
  Fields(const boost::json::value* value, std::string path,
         std::shared_ptr<std::optional<std::string>> problem);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  std::shared_ptr<std::optional<std::string>> problem_;
};

}  // namespace sluice::admin
