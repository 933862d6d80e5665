#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/authorization_rules.h"

namespace sluice::auth {

/// The rules that go with one entity: one text, or, for X.509 credentials, one for each expression
/// that a Common Name matches (`authRulesMapping`). Immutable, shared by threads.
class RuleBook {
 public:
  /// One text for whoever uses the credentials; null: they may do everything.
  static std::shared_ptr<const RuleBook> of(std::optional<RuleText> text);

  struct Mapping {
    std::string common_name_pattern;  // RE2, found anywhere in the Common Name as TBMQ does
    RuleText text;
  };
  /// errors  a pattern that RE2 refuses, rules that cannot be made
  static Result<std::shared_ptr<const RuleBook>> of(std::vector<Mapping> mappings);

  /// Rules for this Client; null: it may do everything. Texts without placeholders are compiled
  /// once. Several matching mappings: what one of them allows is allowed. None matches, or an
  /// error: rules that allow nothing.
  std::shared_ptr<const AuthorizationRules> rules_for(const Subject& subject) const;

  ~RuleBook();

 private:
  RuleBook();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::auth
