#include "admin/http/query.h"

#include <charconv>

namespace sluice::admin {
namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

tl::unexpected<ApiError> invalid(std::string_view name, std::string_view value) {
  return bad_request("'" + std::string(value) + "' is no value for '" + std::string(name) + "'");
}

}  // namespace

Outcome<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return bad_request("The address has a broken %-escape");
      byte = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (byte == '+' && plus_is_space) {
      byte = ' ';
    }
    if (byte == '\0') return bad_request("The address has a NUL character");
    out += byte;
  }
  return out;
}

Outcome<Query> Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (query.parameters_.size() == kParametersMax) return bad_request("Too many parameters");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_percent(pair.substr(0, equals), true);
    if (!name) return tl::unexpected(name.error());
    auto value = decode_percent(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!value) return tl::unexpected(value.error());
    query.parameters_.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

const std::string* Query::find(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string Query::text(std::string_view name) const {
  const std::string* found = find(name);
  return found ? *found : std::string();
}

Outcome<std::string> Query::required(std::string_view name) const {
  const std::string* found = find(name);
  if (!found || found->empty()) return bad_request("'" + std::string(name) + "' is missing");
  return *found;
}

std::vector<std::string> Query::list(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_) {
    if (key != name) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view item = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), item.size() + 1));
      if (!item.empty()) values.emplace_back(item);
    }
  }
  return values;
}

Outcome<std::optional<std::int64_t>> Query::number(std::string_view name, std::int64_t min,
                                                   std::int64_t max) const {
  const std::string* found = find(name);
  if (!found || found->empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(found->data(), found->data() + found->size(), value);
  if (error != std::errc() || end != found->data() + found->size() || value < min || value > max) {
    return invalid(name, *found);
  }
  return value;
}

Outcome<std::optional<bool>> Query::flags(std::string_view name) const {
  bool has_true = false;
  bool has_false = false;
  for (const std::string& value : list(name)) {
    if (value != "true" && value != "false") return invalid(name, value);
    (value == "true" ? has_true : has_false) = true;
  }
  if (has_true == has_false) return std::nullopt;
  return has_true;
}

}  // namespace sluice::admin
