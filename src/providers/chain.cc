#include "providers/chain.h"

#include <utility>

namespace sluice::providers {

namespace {

bool brought_nothing(const auth::ConnectRequest& request) {
  return !request.username && !request.password && request.method.empty();
}

std::string joined(const std::vector<std::string>& reasons) {
  std::string text;
  for (const auto& reason : reasons) {
    if (!text.empty()) text += " | ";
    text += reason;
  }
  return text;
}

}  // namespace

std::optional<auth::Verdict> Chain::advance(Attempt& attempt, Instant now) const {
  if (!attempt.request.method.empty() && asked(attempt) == nullptr && attempt.position == 0) {
    count(attempt, AuthenticationResult::Refused);
    return auth::Refused{mqtt::ReasonCode::BadAuthenticationMethod,
                         "no provider has the Authentication Method"};
  }
  while (Provider* provider = asked(attempt)) {
    Decision decision = provider->ask(attempt.id, attempt.request, now);
    if (std::holds_alternative<Later>(decision)) return std::nullopt;
    if (auto verdict = verdict_of(attempt, std::move(decision))) return verdict;
  }
  return all_skipped(attempt);
}

std::optional<auth::Verdict> Chain::step(Attempt& attempt, const std::string& data) const {
  Provider* provider = asked(attempt);
  if (provider == nullptr) return not_authorized("the provider was turned off");
  attempt.is_challenged = false;
  Decision decision = provider->step(attempt.id, data);
  if (std::holds_alternative<Later>(decision)) return std::nullopt;
  if (auto verdict = verdict_of(attempt, std::move(decision))) return verdict;
  return all_skipped(attempt);
}

void Chain::cancel(const Attempt& attempt) const {
  if (Provider* provider = asked(attempt)) provider->cancel(attempt.id);
}

void Chain::give_up(const Attempt& attempt, AuthenticationResult reason) const {
  count(attempt, reason);
  cancel(attempt);
}

void Chain::count(const Attempt& attempt, AuthenticationResult result) const {
  const Provider* provider = asked(attempt);
  counts_.add(provider == nullptr ? auth::ProviderType::None : provider->type(), result);
}

Provider* Chain::asked(const Attempt& attempt) const {
  const std::string& method = attempt.request.method;
  if (method.empty()) {
    const auto& order = members_.order;
    return attempt.position < order.size() ? order[attempt.position] : nullptr;
  }
  if (attempt.position > 0) return nullptr;
  if (method == "JWT") return members_.jwt_method;
  if (method == "SCRAM-SHA-256" || method == "SCRAM-SHA-512") return members_.scram;
  return nullptr;
}

std::optional<auth::Verdict> Chain::verdict_of(Attempt& attempt, Decision decision) const {
  if (auto* skipped = std::get_if<Skipped>(&decision)) {
    count(attempt, AuthenticationResult::Skipped);
    attempt.reasons.push_back(std::move(skipped->reason));
    attempt.anonymity_barred |= skipped->bars_anonymous;
    ++attempt.position;
    return std::nullopt;
  }
  if (auto* challenge = std::get_if<auth::Challenge>(&decision)) {
    attempt.is_challenged = true;
    return std::move(*challenge);
  }
  if (auto* refused = std::get_if<auth::Refused>(&decision)) {
    count(attempt, AuthenticationResult::Refused);
    return std::move(*refused);
  }
  count(attempt, AuthenticationResult::Admitted);
  return std::move(std::get<auth::Admitted>(decision));
}

auth::Verdict Chain::all_skipped(const Attempt& attempt) const {
  if (members_.allow_anonymous && !attempt.anonymity_barred && brought_nothing(attempt.request)) {
    count(attempt, AuthenticationResult::Admitted);
    return auth::Admitted{};
  }
  count(attempt, AuthenticationResult::Refused);
  if (attempt.reasons.empty()) return not_authorized("no authentication provider is on");
  return not_authorized(joined(attempt.reasons));
}

}  // namespace sluice::providers
