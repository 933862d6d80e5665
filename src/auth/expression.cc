#include "auth/expression.h"

#include <string_view>

#include "auth/pattern_tokens.h"

namespace sluice::auth {
namespace {

/// Java reads [a-z&&[^x]] and [a[bc]] as sets of sets. RE2 takes them for other expressions without
/// a word, so they are refused here.
bool has_nested_class(std::string_view pattern) {
  while (!pattern.empty()) {
    const PatternToken token = take_token(pattern);
    if (token.kind != PatternToken::Kind::Class) continue;
    std::string_view rest = token.text.substr(1);
    while (!rest.empty()) {
      const bool is_named = rest.starts_with("[:");  // [[:alpha:]]
      if (rest.starts_with("&&") || (rest.front() == '[' && !is_named)) return true;
      rest.remove_prefix(rest.size() > 1 && (is_named || rest.front() == '\\') ? 2 : 1);
    }
  }
  return false;
}

}  // namespace

RE2::Options expression_options(std::size_t memory) {
  RE2::Options options;
  options.set_max_mem(static_cast<std::int64_t>(memory));
  options.set_dot_nl(true);
  options.set_never_capture(true);
  options.set_log_errors(false);
  return options;
}

Result<std::unique_ptr<const RE2>> compile_expression(const std::string& pattern) {
  const std::string place = "pattern '" + pattern + "': ";
  if (has_nested_class(pattern)) {
    return failure(place + "a character class within a character class is not supported");
  }
  auto expression = std::make_unique<const RE2>(pattern, expression_options(kExpressionMemory));
  if (!expression->ok()) return failure(place + expression->error());
  return expression;
}

}  // namespace sluice::auth
