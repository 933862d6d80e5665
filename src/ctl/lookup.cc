#include "ctl/lookup.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr int kNotFound = 404;

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_fine =
        kForm[i] == '-' ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (!is_fine) return false;
  }
  return true;
}

std::string to_lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

/// Those of a list that have this name; only the exact one if there is one.
Outcome<std::vector<json::object>> named(Api& api, const EntityKind& kind,
                                         const std::string& name) {
  auto items = api.list(kind.list_path, {{"textSearch", name}});
  if (!items) return tl::unexpected(items.error());
  std::vector<json::object> found;
  for (json::value& item : *items) {
    if (!item.is_object()) continue;
    const std::string candidate = text_of(item.get_object(), kind.name);
    if (candidate == name) return std::vector<json::object>{std::move(item.get_object())};
    if (to_lower(candidate) == to_lower(name)) found.push_back(std::move(item.get_object()));
  }
  return found;
}

}  // namespace

Outcome<json::object> find_entity(Api& api, const EntityKind& kind, const std::string& id_or_name) {
  const auto get = [&](const std::string& id) {
    return as_object(api.get(kind.item_path + percent_encoded(id)));
  };
  if (is_uuid(id_or_name)) {
    auto item = get(id_or_name);
    // A name may look like an id.
    if (item || item.error().http_status != kNotFound) return item;
  }
  const auto found = named(api, kind, id_or_name);
  if (!found) return tl::unexpected(found.error());
  const std::string quoted = std::string(kind.what) + " '" + id_or_name + "'";
  if (found->empty()) return not_found("there is no " + quoted);
  if (found->size() > 1) return refused("there are several of " + quoted + ": give the id");
  return get(text_of(found->front(), "id"));
}

std::string text_of(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string api_name(std::string_view word) {
  std::string name(word);
  for (char& c : name) {
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

Outcome<json::object> as_object(Outcome<json::value> value) {
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!value->is_object()) return refused("the broker's answer is no object");
  return std::move(value->get_object());
}

}  // namespace sluice::ctl
