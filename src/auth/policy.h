#pragma once

#include <memory>
#include <string>

#include "auth/block_list.h"
#include "auth/rule_book.h"
#include "auth/verdict.h"

namespace sluice::auth {

/// What a shard decides by itself about who gets in. Immutable; a change replaces it on all shards.
struct Policy {
  bool asks_providers = false;    // some provider is on
  bool allows_anonymous = false;  // a Client that no provider knows, by `auth.allow_anonymous`
  std::shared_ptr<const BlockList> block_list;  // null: nobody is blocked
};

/// Something happened to what let Clients in; it acts on those that are here.
struct CredentialsChange {
  enum class Kind : std::uint8_t {
    Rules,     // other rules: they hold from now on
    Gone,      // deleted or disabled: its Clients are closed and what they left may do nothing
    Provider,  // the configuration of a whole provider: its Clients have to authenticate again
  };
  Kind kind = Kind::Rules;
  std::string credentials_id;                  // Rules, Gone
  ProviderType provider = ProviderType::None;  // Provider
  std::shared_ptr<const RuleBook> rules;       // Rules
};

}  // namespace sluice::auth
