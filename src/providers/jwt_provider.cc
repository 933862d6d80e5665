#include "providers/jwt_provider.h"

#include <chrono>
#include <utility>

#include "providers/jwt_claims.h"
#include "providers/strict_json.h"

namespace sluice::providers {

namespace {

/// nullopt: the keys are published by URL.
std::optional<Result<VerificationKey>> key_of(const JwtSettings& settings) {
  if (const auto* hmac = std::get_if<HmacVerifier>(&settings.verifier)) {
    return VerificationKey::from_secret(hmac->secret);
  }
  if (const auto* pem = std::get_if<PemVerifier>(&settings.verifier)) {
    return VerificationKey::from_pem(pem->public_key);
  }
  return std::nullopt;
}

}  // namespace

std::int64_t system_clock_now() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Result<void> check_jwt_settings(const JwtSettings& settings) {
  if (const auto key = key_of(settings); key && !*key) return tl::unexpected(key->error());
  if (settings.rules) return auth::check_rules(*settings.rules);
  return {};
}

JwtProvider::JwtProvider(JwtSettings settings, HttpClient& http, RuleCache& rules,
                         AskAgain ask_again, WallClock clock)
    : settings_(std::move(settings)), rules_(rules), clock_(std::move(clock)) {
  if (const auto* jwks = std::get_if<JwksVerifier>(&settings_.verifier)) {
    jwks_ = std::make_unique<JwksSource>(*jwks, http, std::move(ask_again));
  } else if (auto key = key_of(settings_); *key) {
    key_ = std::move(**key);
  } else {
    key_problem_ = key->error().what;
  }
}

JwtProvider::~JwtProvider() = default;

Decision JwtProvider::ask(AttemptId id, const auth::ConnectRequest& request, Instant now) {
  const bool by_method = !request.method.empty();
  if (by_method && request.data.empty()) {
    return auth::Refused{mqtt::ReasonCode::UnspecifiedError, "JWT: no Authentication Data"};
  }
  if (!by_method && !request.password) return Skipped{"JWT: no password"};
  const auto token = parse_jwt(by_method ? request.data : *request.password);
  if (!token) return Skipped{"JWT: not a token"};
  Decision decision = ask_with(id, request, *token, now);
  if (!std::holds_alternative<Later>(decision)) waiting_.erase(id);
  return decision;
}

void JwtProvider::cancel(AttemptId id) {
  if (waiting_.erase(id) > 0) jwks_->cancel(id);
}

void JwtProvider::on_time(Instant now) {
  if (jwks_) jwks_->on_time(now);
}

Decision JwtProvider::ask_with(AttemptId id, const auth::ConnectRequest& request,
                               const JwtToken& token, Instant now) {
  const auto algorithm = jwt_algorithm_of(token.algorithm);
  if (!algorithm) return not_authorized("JWT: algorithm '" + token.algorithm + "'");
  if (token.is_critical) return not_authorized("JWT: critical extensions");
  const VerificationKey* key = key_ ? &*key_ : nullptr;
  if (jwks_) key = jwks_->find(token, *algorithm, now);
  if (key == nullptr) return without_key(id, token, now);
  if (!key->suits(*algorithm)) {
    return not_authorized("JWT: algorithm " + token.algorithm + " is not the key's");
  }
  if (!key->verify(*algorithm, token.signed_text, token.signature)) {
    return not_authorized("JWT: wrong signature");
  }
  return decide(request, token);
}

Decision JwtProvider::without_key(AttemptId id, const JwtToken& token, Instant now) {
  if (!jwks_) return unavailable("JWT: no key: " + key_problem_);
  const bool has_waited = waiting_.contains(id);
  if (!has_waited && jwks_->wait(id, now)) {
    waiting_.insert(id);
    return Later{};
  }
  if (!jwks_->problem().empty()) return unavailable("JWT: no keys: " + jwks_->problem());
  return not_authorized("JWT: no key '" + token.key_id + "' for " + token.algorithm);
}

Decision JwtProvider::decide(const auth::ConnectRequest& request, const JwtToken& token) const {
  const auto claims = parse_json_object(token.payload);
  if (!claims) return not_authorized("JWT: claims: " + claims.error().what);
  const auto expires = check_times(*claims, clock_());
  if (!expires) return not_authorized("JWT: " + expires.error().what);
  if (const auto checked = check_claims(*claims, settings_.auth_claims, request); !checked) {
    return not_authorized("JWT: " + checked.error().what);
  }
  const auto rules = rules_of(*claims, settings_);
  if (!rules) return not_authorized("JWT: rules: " + rules.error().what);

  auth::Admitted admitted;
  auth::Identity& identity = admitted.identity;
  identity.provider = auth::ProviderType::Jwt;
  identity.client_type = client_type_of(*claims, settings_, request);
  identity.credentials_name = to_string(identity.provider);
  identity.username = request.username.value_or("");
  identity.rules = rules_.book_of(*rules)->rules_for({request.client_id, identity.username, ""});
  identity.expires = *expires;
  return admitted;
}

}  // namespace sluice::providers
