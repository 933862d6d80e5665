#include "auth/topic_patterns.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "auth/expression.h"
#include "auth/filter_probes.h"
#include "auth/pattern_tokens.h"

namespace sluice::auth {
namespace {

using Kind = PatternToken::Kind;

/// What an escape stands for, if that is one byte: RE2 takes punctuation for itself.
bool is_escaped_punctuation(std::string_view escape) {
  if (escape.size() != 2) return false;
  const auto byte = static_cast<unsigned char>(escape[1]);
  return byte < 0x80 && byte != '_' && std::isalnum(byte) == 0;
}

std::string_view without_marks(std::string_view quote) {
  quote.remove_prefix(2);
  if (quote.ends_with("\\E")) quote.remove_suffix(2);
  return quote;
}

}  // namespace

Result<TopicPatterns> TopicPatterns::make(const std::vector<std::string>& patterns) {
  TopicPatterns made;
  std::vector<std::string> others;
  for (const std::string& pattern : patterns) {
    Plain plain{};
    if (read_plain(pattern, plain)) {
      made.matches_everything_ |= plain.is_prefix && plain.text.empty();
      made.plain_.push_back(std::move(plain));
    } else {
      others.push_back(pattern);
    }
  }
  if (others.empty()) return made;
  auto combined = combine(others);
  if (!combined) return tl::unexpected(combined.error());
  made.others_ = std::move(*combined);
  return made;
}

/// An RE2::Set rather than one expression with |, because that would need the patterns' texts to be
/// joined: a \Q that is not closed would swallow the next.
Result<std::unique_ptr<RE2::Set>> TopicPatterns::combine(const std::vector<std::string>& patterns) {
  auto set = std::make_unique<RE2::Set>(expression_options(kListMemory), RE2::ANCHOR_BOTH);
  for (const std::string& pattern : patterns) {
    const auto alone = compile_expression(pattern);
    if (!alone) return tl::unexpected(alone.error());
    if (set->Add(pattern, nullptr) < 0) return failure("pattern '" + pattern + "' is refused");
  }
  if (!set->Compile()) return failure("the patterns are too large together");
  return set;
}

/// Reads patterns like dev/1, dev/.* and ^dev\.x/.*$, and no other.
bool TopicPatterns::read_plain(std::string_view pattern, Plain& plain) {
  std::string_view rest = pattern;
  if (rest.starts_with('^')) rest.remove_prefix(1);
  while (!rest.empty()) {
    if (rest == "$") return true;
    if (rest == ".*" || rest == ".*$") {
      plain.is_prefix = true;
      return true;
    }
    const PatternToken token = take_token(rest);
    if (token.kind == Kind::Literal) {
      plain.text += token.text;
    } else if (token.kind == Kind::Quote) {
      plain.text += without_marks(token.text);
    } else if (token.kind == Kind::Escape && is_escaped_punctuation(token.text)) {
      plain.text += token.text[1];
    } else {
      return false;
    }
    if (!rest.empty() && std::string_view("*+?{").find(rest.front()) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool TopicPatterns::match(std::string_view text) const {
  const bool is_plain_match = std::ranges::any_of(plain_, [&](const Plain& plain) {
    return plain.is_prefix ? text.starts_with(plain.text) : text == plain.text;
  });
  if (is_plain_match || !others_) return is_plain_match;
  // If the automaton ran out of memory it would match nothing; Compile() has tried that it does
  // not.
  return text.size() <= kTextMax && others_->Match(text, nullptr);
}

bool TopicPatterns::grant(std::string_view filter) const {
  if (matches_everything_) return true;
  return match(filter) &&
         FilterProbes(filter).all_match([&](const std::string& text) { return match(text); });
}

}  // namespace sluice::auth
