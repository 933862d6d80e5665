#include "auth/placeholders.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "auth/pattern_tokens.h"

namespace sluice::auth {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kSeparators("+#/\0", 4);

/// A text with values put in; nothing if one of them is unusable.
using Filled = std::optional<std::string>;

bool is_usable(std::string_view value) {
  return !value.empty() && value.front() != '$' &&
         value.find_first_of(kSeparators) == std::string_view::npos;
}

/// placeholder  with its braces
Result<std::string_view> value_of(std::string_view placeholder, const Subject& subject) {
  if (placeholder == "${clientId}") return subject.client_id;
  if (placeholder == "${username}") return subject.username;
  if (placeholder == "${cn}") return subject.common_name;
  return failure("unknown placeholder " + std::string(placeholder) +
                 ", expects ${clientId}, ${username} or ${cn}");
}

Result<Filled> fill_filter(std::string_view rest, const Subject& subject) {
  Filled filled("");
  while (!rest.empty()) {
    const std::size_t begin = std::min(rest.find(kOpening), rest.size());
    if (filled) filled->append(rest.substr(0, begin));
    rest.remove_prefix(begin);
    if (rest.empty()) break;
    const std::size_t size = std::min(rest.find('}'), rest.size() - 1) + 1;
    const auto value = value_of(rest.substr(0, size), subject);
    if (!value) return tl::unexpected(value.error());
    if (!is_usable(*value)) filled.reset();
    if (filled) filled->append(*value);
    rest.remove_prefix(size);
  }
  return filled;
}

bool is_repetition(std::string_view rest) {
  return !rest.empty() && std::string_view("*+?{").find(rest.front()) != std::string_view::npos;
}

Result<Filled> fill_pattern(std::string_view rest, const Subject& subject) {
  Filled filled("");
  while (!rest.empty()) {
    const PatternToken token = take_token(rest);
    if (token.kind == PatternToken::Kind::Placeholder) {
      const auto value = value_of(token.text, subject);
      if (!value) return tl::unexpected(value.error());
      if (is_repetition(rest)) return failure("a placeholder cannot be repeated, put it in (?: )");
      if (!is_usable(*value)) filled.reset();
      if (filled) filled->append(RE2::QuoteMeta(*value));
      continue;
    }
    const bool is_enclosing = token.text.size() > 2;  // a class or a quote
    if (is_enclosing && token.text.find(kOpening) != std::string_view::npos) {
      return failure("a placeholder cannot stand within [ ] or \\Q \\E");
    }
    if (filled) filled->append(token.text);
  }
  return filled;
}

Error in_rule(const std::string& rule, const Error& error) {
  return {"rule '" + rule + "': " + error.what};
}

Result<RuleList> fill_list(const RuleList& list, const Subject& subject) {
  RuleList filled;
  for (const FilterRule& rule : list.filters) {
    auto filter = fill_filter(rule.filter, subject);
    if (!filter) return tl::unexpected(in_rule(rule.filter, filter.error()));
    if (*filter) {
      filled.filters.push_back({rule.allow, std::move(**filter)});
    } else if (!rule.allow) {
      return filled;  // what no rule before decided is denied: no rule behind may allow it
    }
  }
  for (const std::string& rule : list.patterns) {
    auto pattern = fill_pattern(rule, subject);
    if (!pattern) return tl::unexpected(in_rule(rule, pattern.error()));
    if (*pattern) filled.patterns.push_back(std::move(**pattern));
  }
  return filled;
}

bool has_placeholders(const RuleList& list) {
  const auto has_opening = [](const std::string& text) {
    return text.find(kOpening) != std::string::npos;
  };
  return std::ranges::any_of(list.patterns, has_opening) ||
         std::ranges::any_of(list.filters, has_opening, &FilterRule::filter);
}

}  // namespace

Result<RuleText> fill_placeholders(const RuleText& text, const Subject& subject) {
  auto publish = fill_list(text.publish, subject);
  if (!publish) return tl::unexpected(Error{"publish " + publish.error().what});
  auto subscribe = fill_list(text.subscribe, subject);
  if (!subscribe) return tl::unexpected(Error{"subscribe " + subscribe.error().what});
  return RuleText{std::move(*publish), std::move(*subscribe)};
}

bool has_placeholders(const RuleText& text) {
  return has_placeholders(text.publish) || has_placeholders(text.subscribe);
}

}  // namespace sluice::auth
