#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entities/error.h"

namespace sluice::entities {

/// errors  Invalid: no JSON object; `what` it should have been
Result<boost::json::object> parse_json_object(std::string_view text, std::string_view what);

/// Takes the members of a JSON object that somebody wrote, by name and type. A member that is null
/// is as if it were missing.
///
/// The first mistake, with the path of the member, is kept for the caller's one look at the end; it
/// is shared with the readers of inner objects. What was never asked for is a mistake too: it is
/// likely a misspelt name, and its author relies on it.
class JsonReader {
 public:
  using Mistake = std::optional<std::string>;

  /// object, mistake  borrowed
  JsonReader(const boost::json::object& object, Mistake& mistake, std::string path = {})
      : object_(object), mistake_(mistake), path_(std::move(path)) {}

  bool has(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  /// A number without fraction, or its digits as text.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);
  std::vector<std::string> texts(std::string_view name);               // missing: empty
  std::map<std::string, std::string> text_map(std::string_view name);  // missing: empty
  const boost::json::object* object(std::string_view name);
  const boost::json::array* array(std::string_view name);

  /// One of some names, by `parse(std::string_view) -> std::optional<...>`.
  template <class Parse>
  auto choice(std::string_view name, Parse parse) -> decltype(parse(name)) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    auto value = parse(*written);
    if (!value) fail(name, "'" + *written + "' is not one of the choices");
    return value;
  }

  /// A reader of the member `name`, which is `object`.
  JsonReader inner(std::string_view name, const boost::json::object& object) {
    return {object, mistake_, path_of(name) + "."};
  }

  /// Ignores a member.
  void skip(std::string_view name) { asked_.emplace_back(name); }
  void fail(std::string_view name, std::string_view what);
  /// Looks for members that nobody asked for.
  void finish();

 private:
  const boost::json::value* find(std::string_view name);
  std::string path_of(std::string_view name) const { return path_ + std::string(name); }

  const boost::json::object& object_;
  Mistake& mistake_;
  std::string path_;
  std::vector<std::string> asked_;
};

}  // namespace sluice::entities
