#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "admin/http/fields.h"
#include "admin/http/message.h"
#include "admin/http/page_query.h"
#include "admin/services.h"

namespace sluice::admin {

/// JSON that the store keeps as text; "" and what is no JSON: null.
inline boost::json::value stored_json(std::string_view text) {
  if (text.empty()) return nullptr;
  auto value = parse_json(text);
  return value ? std::move(*value) : boost::json::value(nullptr);
}

inline boost::json::string text_json(std::string_view text) {
  return boost::json::string(text.data(), text.size());
}

inline Outcome<entities::PageRequest> read_page(const Services& services, const Request& request) {
  return read_page(request.query, services.context.settings.page_max);
}

/// The page as a Response; `to_json` turns an item into a JSON object.
template <class T, class ToJson>
Outcome<Response> page_response(entities::Result<entities::Page<T>> page,
                                const entities::PageRequest& request, ToJson to_json) {
  if (!page) return tl::unexpected(to_api_error(page.error()));
  return Response::json(page_to_json(*page, request, to_json));
}

/// The named values of a list in the query, each one of an enumeration.
/// parse   from text to std::optional of the value
/// errors  400: a value that `parse` does not know
template <class Parse>
auto read_choices(const Query& query, std::string_view name, Parse parse)
    -> Outcome<std::vector<typename decltype(parse(std::string_view()))::value_type>> {
  std::vector<typename decltype(parse(std::string_view()))::value_type> values;
  for (const std::string& text : query.list(name)) {
    const auto value = parse(std::string_view(text));
    if (!value) return bad_request("'" + text + "' is no value for '" + std::string(name) + "'");
    values.push_back(*value);
  }
  return values;
}

}  // namespace sluice::admin
