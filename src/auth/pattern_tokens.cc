#include "auth/pattern_tokens.h"

#include <algorithm>
#include <cstddef>

namespace sluice::auth {
namespace {

using Kind = PatternToken::Kind;

constexpr std::string_view kOperators = ".^$*+?()|{}";

/// Where the text that ends with `end` is over, looking from `from`.
std::size_t behind(std::string_view text, std::string_view end, std::size_t from) {
  const std::size_t found = text.find(end, from);
  return found == std::string_view::npos ? text.size() : found + end.size();
}

/// The size of the character class that `text` begins with.
std::size_t class_size(std::string_view text) {
  std::size_t at = text.starts_with("[^") ? 2 : 1;
  if (text.substr(at).starts_with(']')) ++at;  // a first ']' means itself
  while (at < text.size() && text[at] != ']') {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("[:") && rest.find(":]", 2) != std::string_view::npos) {
      at += behind(rest, ":]", 2);
    } else {
      at += rest.front() == '\\' ? 2 : 1;
    }
  }
  return std::min(at + 1, text.size());
}

PatternToken token_at(std::string_view text) {
  if (text.starts_with("\\Q")) return {Kind::Quote, text.substr(0, behind(text, "\\E", 2))};
  if (text.starts_with('\\')) return {Kind::Escape, text.substr(0, 2)};
  if (text.starts_with('[')) return {Kind::Class, text.substr(0, class_size(text))};
  if (text.starts_with("${")) return {Kind::Placeholder, text.substr(0, behind(text, "}", 2))};
  const bool is_operator = kOperators.find(text.front()) != std::string_view::npos;
  return {is_operator ? Kind::Operator : Kind::Literal, text.substr(0, 1)};
}

}  // namespace

PatternToken take_token(std::string_view& rest) {
  const PatternToken token = token_at(rest);
  rest.remove_prefix(token.text.size());
  return token;
}

}  // namespace sluice::auth
