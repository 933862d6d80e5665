#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "auth/credentials_source.h"
#include "providers/provider.h"
#include "providers/rule_cache.h"

namespace re2 {
class RE2;
}

namespace sluice::providers {

/// X_509: Common Names of a certificate chain that TLS has verified, from the Client's own upwards.
///
/// For each name first the credentials that are expressions, then the ones with that very name.
/// Rules are those of the Client's own name, which is `${cn}`, whichever name was found.
class X509Provider final : public Provider {
 public:
  X509Provider(auth::CredentialsSource& source, RuleCache& rules);
  ~X509Provider() override;

  auth::ProviderType type() const override { return auth::ProviderType::X509; }
  Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) override;
  void cancel(AttemptId) override {}

 private:
  Result<std::optional<auth::Credentials>> find(const std::vector<std::string>& common_names);
  bool is_found_in(const std::string& pattern, const std::string& common_name);
  Decision admit(const auth::ConnectRequest& request, const auth::Credentials& credentials);

  auth::CredentialsSource& source_;
  RuleCache& rules_;
  std::unordered_map<std::string, std::unique_ptr<re2::RE2>> expressions_;  // by their text
};

}  // namespace sluice::providers
