#include "auth/rule_book.h"

#include <utility>

#include "auth/expression.h"
#include "auth/placeholders.h"

namespace sluice::auth {
namespace {

using SharedRules = std::shared_ptr<const AuthorizationRules>;

struct Entry {
  std::unique_ptr<const RE2> common_name;  // null: for everybody
  RuleText text;
  SharedRules compiled;  // null: depends on the Client

  bool is_for(const Subject& subject) const {
    return !common_name || RE2::PartialMatch(subject.common_name, *common_name);
  }

  /// Null if they cannot be made for this subject.
  SharedRules rules_for(const Subject& subject) const {
    if (compiled) return compiled;
    auto made = AuthorizationRules::make(text, subject);
    return made ? std::move(*made) : nullptr;
  }
};

Entry entry_of(RuleText text) {
  Entry entry;
  if (!has_placeholders(text)) {
    auto made = AuthorizationRules::make(text, {});
    entry.compiled = made ? std::move(*made) : AuthorizationRules::any_of({});
  }
  entry.text = std::move(text);
  return entry;
}

}  // namespace

struct RuleBook::Impl {
  bool allows_everything = false;
  std::vector<Entry> entries;
};

RuleBook::RuleBook() : impl_(std::make_unique<Impl>()) {}
RuleBook::~RuleBook() = default;

std::shared_ptr<const RuleBook> RuleBook::of(std::optional<RuleText> text) {
  const std::shared_ptr<RuleBook> book(new RuleBook);
  if (text) {
    book->impl_->entries.push_back(entry_of(std::move(*text)));
  } else {
    book->impl_->allows_everything = true;
  }
  return book;
}

Result<std::shared_ptr<const RuleBook>> RuleBook::of(std::vector<Mapping> mappings) {
  const std::shared_ptr<RuleBook> book(new RuleBook);
  for (Mapping& mapping : mappings) {
    auto common_name = compile_expression(mapping.common_name_pattern);
    if (!common_name) return failure("Common Name " + common_name.error().what);
    if (auto checked = check_rules(mapping.text); !checked) {
      return failure("for '" + mapping.common_name_pattern + "': " + checked.error().what);
    }
    Entry entry = entry_of(std::move(mapping.text));
    entry.common_name = std::move(*common_name);
    book->impl_->entries.push_back(std::move(entry));
  }
  return book;
}

std::shared_ptr<const AuthorizationRules> RuleBook::rules_for(const Subject& subject) const {
  if (impl_->allows_everything) return nullptr;
  std::vector<SharedRules> parts;
  for (const Entry& entry : impl_->entries) {
    if (!entry.is_for(subject)) continue;
    if (SharedRules rules = entry.rules_for(subject)) parts.push_back(std::move(rules));
  }
  return AuthorizationRules::any_of(parts);
}

}  // namespace sluice::auth
