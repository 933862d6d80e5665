#pragma once

#include <span>
#include <string>
#include <vector>

#include "auth/rule_book.h"

namespace sluice::auth {

/// What one Client does with its permissions.
struct ClientInUse {
  std::string client_id;
  std::string username;
  std::string common_name;
  std::vector<std::string> filters;  // it subscribed with or was refused, also $share/...
  std::vector<std::string> topics;   // it published to lately, or was refused
};

/// What a change of rules means for one Client.
struct RuleEffect {
  std::string client_id;
  std::vector<std::string> lost_filters;
  std::vector<std::string> gained_filters;
  std::vector<std::string> lost_topics;
  std::vector<std::string> gained_topics;
};

/// Who would lose or gain what if `after` came in place of `before`; Clients for whom nothing
/// changes are left out. Answers for what the Clients are known to use only.
std::vector<RuleEffect> compare_rules(const RuleBook& before, const RuleBook& after,
                                      std::span<const ClientInUse> clients);

}  // namespace sluice::auth
