#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/credentials_source.h"
#include "config/settings.h"
#include "providers/completions.h"
#include "providers/hash_pool.h"
#include "providers/password_cache.h"
#include "providers/provider.h"
#include "providers/provider_settings.h"
#include "providers/rule_cache.h"

namespace sluice::providers {

/// MQTT_BASIC: User Name, Client Identifier or both, and a password that bcrypt hashed.
///
/// It never decides on what it saw before a password was computed: asked again, it reads the
/// credentials again, and only the answer "this password has this hash" is kept. So credentials
/// that change meanwhile count as they are now.
///
/// Somebody unknown waits for a hash too, as long as the pool is not crowded, and gets the same
/// answer: neither tells who exists.
class BasicProvider final : public Provider {
 public:
  BasicProvider(const config::AuthSettings& settings, auth::CredentialsSource& source,
                RuleCache& rules, Completions& completions, AskAgain ask_again);

  void configure(const BasicSettings& settings) { settings_ = settings; }
  /// Takes `password_cache` and `pending_max` of these.
  void on_settings(const config::AuthSettings& settings);
  void forget(const std::string& credentials_id) { cache_.forget(credentials_id); }
  std::uint64_t cache_hits() const { return cache_hits_; }

  auth::ProviderType type() const override { return auth::ProviderType::Basic; }
  Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) override;
  void cancel(AttemptId id) override;

 private:
  enum class Check { Right, Wrong, Computing };
  /// What one attempt has learnt, and what it waits for.
  struct Waiting {
    std::unordered_map<std::string, bool> answers;  // by the key of the question
    std::string question;                           // that the pool computes; empty: none
  };

  Result<std::vector<auth::Credentials>> candidates(const auth::ConnectRequest& request);
  Decision ask_source(AttemptId id, const auth::ConnectRequest& request, Instant now);
  Decision ask_candidates(AttemptId id, const auth::ConnectRequest& request,
                          const std::vector<auth::Credentials>& candidates, Instant now);
  Decision ask_nobody(AttemptId id, const auth::ConnectRequest& request);
  Check check(AttemptId id, const auth::ConnectRequest& request,
              const auth::Credentials& credentials, Instant now);
  auth::Admitted admit(const auth::ConnectRequest& request, const auth::Credentials& credentials);
  void compute(AttemptId id, HashPool::Job job);
  void on_computed(const std::string& key, bool is_right);

  auth::CredentialsSource& source_;
  RuleCache& rules_;
  const AskAgain ask_again_;
  BasicSettings settings_;
  PasswordCache cache_;
  std::uint64_t cache_hits_ = 0;
  std::string unmatched_hash_;        // for somebody unknown
  std::size_t unknown_computed_max_;  // above it, nothing is computed for somebody unknown
  std::unordered_map<AttemptId, Waiting> waiting_;
  std::unordered_map<std::string, std::vector<AttemptId>> askers_;  // of each question
  HashPool pool_;
};

}  // namespace sluice::providers
