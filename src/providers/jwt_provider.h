#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "providers/jwks_source.h"
#include "providers/jwt_token.h"
#include "providers/provider.h"
#include "providers/provider_settings.h"
#include "providers/rule_cache.h"
#include "providers/verification_key.h"

namespace sluice::providers {

/// Milliseconds since 1970.
using WallClock = std::function<std::int64_t()>;
std::int64_t system_clock_now();

/// JWT: a signed token as password, or in the Authentication Data of method "JWT", by which a
/// Client of v5 can bring the next one before the last ends.
class JwtProvider final : public Provider {
 public:
  JwtProvider(JwtSettings settings, HttpClient& http, RuleCache& rules, AskAgain ask_again,
              WallClock clock = system_clock_now);
  ~JwtProvider() override;

  auth::ProviderType type() const override { return auth::ProviderType::Jwt; }
  Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) override;
  void cancel(AttemptId id) override;
  Instant next_deadline() const override { return jwks_ ? jwks_->next_deadline() : kNever; }
  void on_time(Instant now) override;

 private:
  Decision ask_with(AttemptId id, const auth::ConnectRequest& request, const JwtToken& token,
                    Instant now);
  Decision without_key(AttemptId id, const JwtToken& token, Instant now);
  Decision decide(const auth::ConnectRequest& request, const JwtToken& token) const;

  const JwtSettings settings_;
  RuleCache& rules_;
  const WallClock clock_;
  std::optional<VerificationKey> key_;  // of the settings
  std::string key_problem_;             // why there is none; the administration checks them before
  std::unique_ptr<JwksSource> jwks_;
  std::unordered_set<AttemptId> waiting_;  // for keys
};

/// Whether the settings can be used; what to check before saving them.
Result<void> check_jwt_settings(const JwtSettings& settings);

}  // namespace sluice::providers
