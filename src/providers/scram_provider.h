#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "auth/credentials_source.h"
#include "providers/provider.h"
#include "providers/rule_cache.h"
#include "providers/scram_message.h"

namespace sluice::providers {

/// SCRAM-SHA-256 and SCRAM-SHA-512, the server's side of RFC 5802 and 7677, in the packets of v5
/// 4.12: CONNECT and AUTH bring the two messages of the Client, AUTH and CONNACK ours.
///
/// Who the Client is says its first message; the User Name of the CONNECT counts for nothing.
/// Somebody unknown is given a salt that looks like any and stays the same, and fails at the proof
/// like a wrong password. No channel binding: the broker may stand behind a TLS proxy.
class ScramProvider final : public Provider {
 public:
  using MakeNonce = std::function<std::string()>;

  /// make_nonce  printable without comma, never the same twice
  ScramProvider(auth::CredentialsSource& source, RuleCache& rules,
                MakeNonce make_nonce = random_nonce);

  auth::ProviderType type() const override { return auth::ProviderType::Scram; }
  Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) override;
  Decision step(AttemptId id, const std::string& data) override;
  void cancel(AttemptId id) override { exchanges_.erase(id); }

 private:
  struct Exchange {
    std::string client_id;
    auth::ScramAlgorithm algorithm;
    ScramClientFirst first;
    std::string nonce;  // the Client's and ours
    std::string server_first;
    auth::ScramCredentials keys;  // shown to the Client; made up if it is unknown
  };

  static std::string random_nonce();
  Result<std::optional<auth::Credentials>> find(const Exchange& exchange);
  auth::ScramCredentials made_up_keys(const Exchange& exchange) const;
  Decision finish(const Exchange& exchange, const std::string& data);
  auth::Admitted admit(const Exchange& exchange, const auth::Credentials& credentials,
                       std::string_view auth_message);

  auth::CredentialsSource& source_;
  RuleCache& rules_;
  const MakeNonce make_nonce_;
  const std::string secret_;  // of the salts of those who do not exist
  std::unordered_map<AttemptId, Exchange> exchanges_;
};

}  // namespace sluice::providers
