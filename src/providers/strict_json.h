#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace sluice::providers {

/// Of objects and lists within each other, as deep as tokens and replies may nest.
inline constexpr std::size_t kJsonDepthMax = 16;

/// JSON from somebody we do not trust: without comments or trailing commas, well-formed UTF-8, and
/// no object with two members of one name, of which two readers could pick different ones.
///
/// errors  malformed, deeper than kJsonDepthMax, a repeated name
Result<boost::json::value> parse_json(std::string_view text);
/// errors  as `parse_json`, and if it is not an object
Result<boost::json::object> parse_json_object(std::string_view text);

/// The text of member `name`; empty if there is none or it is no text.
std::string_view text_of(const boost::json::object& object, std::string_view name);

}  // namespace sluice::providers
