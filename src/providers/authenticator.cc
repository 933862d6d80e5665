#include "providers/authenticator.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/assert.h"
#include "providers/basic_provider.h"
#include "providers/chain.h"
#include "providers/completions.h"
#include "providers/http_client.h"
#include "providers/http_provider.h"
#include "providers/jwt_provider.h"
#include "providers/rule_cache.h"
#include "providers/scram_provider.h"
#include "providers/x509_provider.h"

namespace sluice::providers {

struct Authenticator::Impl {
  struct Pending {
    Attempt attempt;
    Ticket ticket = 0;
    Instant begun;
  };
  /// By ids, which grow: the first has waited longest.
  using Attempts = std::map<AttemptId, Pending>;

  Impl(const config::AuthSettings& auth_settings, auth::CredentialsSource& credentials,
       Answer on_answer)
      : settings(auth_settings),
        answer(std::move(on_answer)),
        http_client(completions, settings.http_to_private),
        basic(settings, credentials, rules, completions, ask_again()),
        x509(credentials, rules),
        scram(credentials, rules) {}

  Provider::AskAgain ask_again() {
    return [this](AttemptId id) {
      const auto found = attempts.find(id);
      if (found != attempts.end() && !found->second.attempt.is_challenged) advance(found);
    };
  }

  void replace_providers(const ProviderChain& wanted);
  Provider* provider_of(auth::ProviderType type, const ProviderChain& wanted);
  Chain::Members members_of(const ProviderChain& wanted);
  /// Whether the Client's answer to a Challenge is still awaited under this configuration.
  static bool goes_on(const Attempt& attempt, const ProviderChain& wanted) {
    return attempt.is_challenged && wanted.scram;
  }
  void ask_all_anew(const ProviderChain& wanted);

  void advance(Attempts::iterator pending);
  void conclude(Attempts::iterator pending, auth::Verdict verdict);
  void expire();
  Instant deadline_of_first() const { return attempts.begin()->second.begun + settings.timeout; }
  bool is_crowded() const { return attempts.size() > settings.pending_max; }

  // Threads post to the completions to their end, so these go last.
  Completions completions;
  config::AuthSettings settings;
  const Answer answer;
  HttpClient http_client;
  RuleCache rules;

  BasicProvider basic;
  X509Provider x509;
  ScramProvider scram;
  // Made anew when their settings change, for what they have fetched or called belongs to these.
  std::optional<JwtSettings> jwt_settings;
  std::unique_ptr<JwtProvider> jwt;
  std::optional<HttpSettings> http_settings;
  std::unique_ptr<HttpProvider> http;
  const std::shared_ptr<AuthenticationCounts> counts = std::make_shared<AuthenticationCounts>();
  Chain chain{*counts};

  Attempts attempts;
  std::unordered_map<Ticket, AttemptId> ids;
  AttemptId last_id = 0;
  Instant now{};
};

void Authenticator::Impl::replace_providers(const ProviderChain& wanted) {
  if (wanted.basic) basic.configure(*wanted.basic);
  if (wanted.jwt != jwt_settings) {
    jwt_settings = wanted.jwt;
    jwt.reset();
    if (wanted.jwt) {
      jwt = std::make_unique<JwtProvider>(*wanted.jwt, http_client, rules, ask_again());
    }
  }
  if (wanted.http != http_settings) {
    http_settings = wanted.http;
    http.reset();
    if (wanted.http) {
      http = std::make_unique<HttpProvider>(*wanted.http, settings.pending_max / 2, http_client,
                                            rules, ask_again());
    }
  }
}

/// Null: it is off, or is not asked in turn.
Provider* Authenticator::Impl::provider_of(auth::ProviderType type, const ProviderChain& wanted) {
  switch (type) {
    case auth::ProviderType::Basic:
      return wanted.basic ? &basic : nullptr;
    case auth::ProviderType::X509:
      return wanted.x509 ? &x509 : nullptr;
    case auth::ProviderType::Jwt:
      return jwt.get();
    case auth::ProviderType::Http:
      return http.get();
    case auth::ProviderType::Scram:
    case auth::ProviderType::None:
      return nullptr;
  }
  SLUICE_UNREACHABLE();
}

Chain::Members Authenticator::Impl::members_of(const ProviderChain& wanted) {
  Chain::Members members;
  for (const auto type : wanted.order) {
    if (Provider* provider = provider_of(type, wanted)) members.order.push_back(provider);
  }
  if (std::count(wanted.order.begin(), wanted.order.end(), auth::ProviderType::Jwt) > 0) {
    members.jwt_method = jwt.get();
  }
  if (wanted.scram) members.scram = &scram;
  members.allow_anonymous = wanted.allow_anonymous;
  return members;
}

void Authenticator::Impl::ask_all_anew(const ProviderChain& wanted) {
  std::vector<AttemptId> waiting;
  for (const auto& [id, pending] : attempts) {
    if (!goes_on(pending.attempt, wanted)) waiting.push_back(id);
  }
  for (const AttemptId id : waiting) {
    const auto found = attempts.find(id);
    if (found == attempts.end()) continue;
    Attempt& attempt = found->second.attempt;
    attempt.position = 0;
    attempt.reasons.clear();
    attempt.anonymity_barred = false;
    attempt.is_challenged = false;
    advance(found);
  }
}

void Authenticator::Impl::advance(Attempts::iterator pending) {
  if (auto verdict = chain.advance(pending->second.attempt, now)) {
    conclude(pending, std::move(*verdict));
  }
}

/// Answers. Only a Challenge leaves the attempt in place.
void Authenticator::Impl::conclude(Attempts::iterator pending, auth::Verdict verdict) {
  const Ticket ticket = pending->second.ticket;
  if (!std::holds_alternative<auth::Challenge>(verdict)) {
    ids.erase(ticket);
    attempts.erase(pending);
  }
  answer(ticket, std::move(verdict));
}

void Authenticator::Impl::expire() {
  while (!attempts.empty() && deadline_of_first() <= now) {
    const auto first = attempts.begin();
    const bool was_challenged = first->second.attempt.is_challenged;
    chain.give_up(first->second.attempt, AuthenticationResult::TimedOut);
    conclude(first, was_challenged ? not_authorized("the Client did not answer in time")
                                   : unavailable("the providers took longer than auth.timeout"));
  }
}

Authenticator::Authenticator() = default;
Authenticator::~Authenticator() = default;

Result<std::unique_ptr<Authenticator>> Authenticator::make(const config::AuthSettings& settings,
                                                           auth::CredentialsSource& source,
                                                           Answer answer) {
  std::unique_ptr<Authenticator> authenticator(new Authenticator);
  authenticator->impl_ = std::make_unique<Impl>(settings, source, std::move(answer));
  return authenticator;
}

void Authenticator::configure(const ProviderChain& chain) {
  for (auto& [id, pending] : impl_->attempts) {
    if (!Impl::goes_on(pending.attempt, chain)) impl_->chain.cancel(pending.attempt);
  }
  impl_->replace_providers(chain);
  impl_->chain.configure(impl_->members_of(chain));
  impl_->ask_all_anew(chain);
}

void Authenticator::on_settings(const config::AuthSettings& settings) {
  impl_->settings = settings;
  impl_->basic.on_settings(settings);
  if (impl_->http) impl_->http->set_queue_max(settings.pending_max / 2);
}

void Authenticator::begin(Ticket ticket, auth::ConnectRequest request, Instant now) {
  SLUICE_ASSERT(!impl_->ids.contains(ticket));
  impl_->now = now;
  const AttemptId id = ++impl_->last_id;
  Impl::Pending pending{{}, ticket, now};
  pending.attempt.id = id;
  pending.attempt.request = std::move(request);
  const auto begun = impl_->attempts.emplace(id, std::move(pending)).first;
  impl_->ids.emplace(ticket, id);

  auto verdict = impl_->chain.advance(begun->second.attempt, now);
  const bool waits = !verdict || std::holds_alternative<auth::Challenge>(*verdict);
  if (waits && impl_->is_crowded()) {
    impl_->chain.give_up(begun->second.attempt, AuthenticationResult::Busy);
    verdict = auth::Refused{mqtt::ReasonCode::ServerBusy, "too many authentications are pending"};
  }
  if (verdict) impl_->conclude(begun, std::move(*verdict));
}

void Authenticator::step(Ticket ticket, std::string data) {
  const auto id = impl_->ids.find(ticket);
  if (id == impl_->ids.end()) return;
  const auto pending = impl_->attempts.find(id->second);
  if (!pending->second.attempt.is_challenged) {
    impl_->chain.cancel(pending->second.attempt);
    impl_->conclude(pending, not_authorized("Authentication Data that nobody asked for"));
    return;
  }
  auto verdict = impl_->chain.step(pending->second.attempt, data);
  if (verdict) impl_->conclude(pending, std::move(*verdict));
}

void Authenticator::cancel(Ticket ticket) {
  const auto id = impl_->ids.find(ticket);
  if (id == impl_->ids.end()) return;
  const auto pending = impl_->attempts.find(id->second);
  impl_->chain.cancel(pending->second.attempt);
  impl_->attempts.erase(pending);
  impl_->ids.erase(id);
}

void Authenticator::forget(const std::string& credentials_id) {
  impl_->basic.forget(credentials_id);
}

int Authenticator::wake_fd() const {
  return impl_->completions.fd();
}

void Authenticator::on_wake(Instant now) {
  impl_->now = now;
  impl_->completions.run();
  if (impl_->jwt) impl_->jwt->on_time(now);
  if (impl_->http) impl_->http->on_time(now);
  impl_->expire();
}

Instant Authenticator::next_deadline() const {
  Instant next = kNever;
  if (!impl_->attempts.empty()) next = impl_->deadline_of_first();
  if (impl_->jwt) next = std::min(next, impl_->jwt->next_deadline());
  if (impl_->http) next = std::min(next, impl_->http->next_deadline());
  return next;
}

std::shared_ptr<const AuthenticationCounts> Authenticator::counts() const {
  return impl_->counts;
}

Authenticator::Counters Authenticator::counters() const {
  Counters counters;
  counters.cache_hits = impl_->basic.cache_hits();
  counters.pending = impl_->attempts.size();
  return counters;
}

}  // namespace sluice::providers
