#pragma once

#include <string_view>

namespace sluice::auth {

/// A piece of a regular expression, as far as rules have to understand it before RE2 does.
struct PatternToken {
  enum class Kind {
    Literal,      // one byte that means itself
    Escape,       // a backslash and the byte behind it
    Quote,        // \Q to \E, or to the end without one, as RE2 reads it
    Class,        // [...] whole
    Placeholder,  // ${...} whole
    Operator,     // one byte of . ^ $ * + ? ( ) | { }
  };
  Kind kind;
  std::string_view text;
};

/// Removes the first token of `rest`, which is not empty. What is not closed lasts to the end.
PatternToken take_token(std::string_view& rest);

}  // namespace sluice::auth
