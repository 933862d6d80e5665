#include "auth/stored_rules.h"

#include <charconv>
#include <optional>
#include <utility>

namespace sluice::auth {
namespace {

constexpr std::string_view kVersion = "1";

void append_item(std::string& out, char direction, char kind, const std::string& text) {
  out += direction;
  out += kind;
  out.append(std::to_string(text.size())).append(":").append(text);
}

void append_list(std::string& out, char direction, const RuleList& list) {
  for (const std::string& pattern : list.patterns) append_item(out, direction, '~', pattern);
  for (const FilterRule& rule : list.filters) {
    append_item(out, direction, rule.allow ? '+' : '-', rule.filter);
  }
}

bool skip(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

/// Takes "5:dev/#" off the front of `rest`.
std::optional<std::string> take_counted(std::string_view& rest) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  if (error != std::errc()) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!skip(rest, ":") || size > rest.size()) return std::nullopt;
  std::string text(rest.substr(0, size));
  rest.remove_prefix(size);
  return text;
}

bool take_item(std::string_view& rest, RuleText& rules) {
  if (rest.size() < 2) return false;
  const char direction = rest[0];
  const char kind = rest[1];
  rest.remove_prefix(2);
  auto text = take_counted(rest);
  if (!text || (direction != 'P' && direction != 'S')) return false;
  RuleList& list = direction == 'P' ? rules.publish : rules.subscribe;
  switch (kind) {
    case '~':
      list.patterns.push_back(std::move(*text));
      return true;
    case '+':
    case '-':
      list.filters.push_back({kind == '+', std::move(*text)});
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string write_rules(const std::vector<RuleText>& alternatives) {
  std::string out(kVersion);
  for (const RuleText& rules : alternatives) {
    out += '(';
    append_list(out, 'P', rules.publish);
    append_list(out, 'S', rules.subscribe);
    out += ')';
  }
  return out;
}

Result<std::vector<RuleText>> read_rules(std::string_view text) {
  if (!skip(text, kVersion) || (!text.empty() && text.front() != '(')) {
    return failure("stored rules of an unknown version");
  }
  std::vector<RuleText> alternatives;
  while (!text.empty()) {
    if (!skip(text, "(")) return failure("stored rules are damaged");
    RuleText& rules = alternatives.emplace_back();
    while (!skip(text, ")")) {
      if (!take_item(text, rules)) return failure("stored rules are damaged");
    }
  }
  return alternatives;
}

}  // namespace sluice::auth
