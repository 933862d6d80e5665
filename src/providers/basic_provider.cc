#include "providers/basic_provider.h"

#include <algorithm>
#include <utility>

#include "providers/password_hash.h"

namespace sluice::providers {

namespace {

/// In TBMQ's order: of several credentials, the first whose password is right lets in.
std::vector<std::string> keys_of(const auth::ConnectRequest& request, BasicStrategy strategy) {
  const bool has_username = request.username && !request.username->empty();
  const bool has_client_id = !request.client_id.empty();
  std::vector<std::string> keys;
  if (has_username && strategy != BasicStrategy::ClientId) {
    keys.push_back(auth::basic_key_of_username(*request.username));
  }
  if (has_client_id && strategy != BasicStrategy::Username) {
    keys.push_back(auth::basic_key_of_client_id(request.client_id));
  }
  if (has_username && has_client_id && strategy == BasicStrategy::ClientIdAndUsername) {
    keys.push_back(auth::basic_key_of_both(*request.username, request.client_id));
  }
  return keys;
}

}  // namespace

BasicProvider::BasicProvider(const config::AuthSettings& settings, auth::CredentialsSource& source,
                             RuleCache& rules, Completions& completions, AskAgain ask_again)
    : source_(source),
      rules_(rules),
      ask_again_(std::move(ask_again)),
      cache_(settings.password_cache),
      unmatched_hash_(make_unmatched_hash(settings.password_cost).value_or("")),
      unknown_computed_max_(settings.pending_max / 4),
      pool_(settings.hash_threads, completions,
            [this](const std::string& key, bool is_right) { on_computed(key, is_right); }) {}

void BasicProvider::on_settings(const config::AuthSettings& settings) {
  cache_.set_lifetime(settings.password_cache);
  unknown_computed_max_ = settings.pending_max / 4;
}

Decision BasicProvider::ask(AttemptId id, const auth::ConnectRequest& request, Instant now) {
  Decision decision = ask_source(id, request, now);
  if (!std::holds_alternative<Later>(decision)) waiting_.erase(id);
  return decision;
}

Decision BasicProvider::ask_source(AttemptId id, const auth::ConnectRequest& request, Instant now) {
  const auto found = candidates(request);
  if (!found) return unavailable("basic: " + found.error().what);
  return found->empty() ? ask_nobody(id, request) : ask_candidates(id, request, *found, now);
}

void BasicProvider::cancel(AttemptId id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  if (const auto askers = askers_.find(found->second.question); askers != askers_.end()) {
    std::erase(askers->second, id);
    if (askers->second.empty()) {
      pool_.abandon(askers->first);
      askers_.erase(askers);
    }
  }
  waiting_.erase(found);
}

Result<std::vector<auth::Credentials>> BasicProvider::candidates(
    const auth::ConnectRequest& request) {
  std::vector<auth::Credentials> candidates;
  for (const auto& key : keys_of(request, settings_.strategy)) {
    auto found = source_.find(key);
    if (!found) return tl::unexpected(found.error());
    if (*found && (*found)->basic) candidates.push_back(std::move(**found));
  }
  return candidates;
}

Decision BasicProvider::ask_candidates(AttemptId id, const auth::ConnectRequest& request,
                                       const std::vector<auth::Credentials>& candidates,
                                       Instant now) {
  for (const auto& credentials : candidates) {
    switch (check(id, request, credentials, now)) {
      case Check::Right:
        return admit(request, credentials);
      case Check::Computing:
        return Later{};
      case Check::Wrong:
        break;
    }
  }
  return Skipped{request.password ? "basic: wrong password" : "basic: no password", true};
}

Decision BasicProvider::ask_nobody(AttemptId id, const auth::ConnectRequest& request) {
  const Skipped skipped{"basic: no such credentials"};
  const bool has_learnt = waiting_.contains(id);
  if (!request.password || has_learnt || pool_.queued() >= unknown_computed_max_) return skipped;
  compute(id, {cache_.key_of("", unmatched_hash_, *request.password), *request.password,
               unmatched_hash_});
  return Later{};
}

BasicProvider::Check BasicProvider::check(AttemptId id, const auth::ConnectRequest& request,
                                          const auth::Credentials& credentials, Instant now) {
  const std::string& hash = credentials.basic->password_hash;
  if (hash.empty()) return Check::Right;  // as TBMQ: any password, also none
  if (!request.password) return Check::Wrong;
  std::string key = cache_.key_of(credentials.id, hash, *request.password);
  if (cache_.has(credentials.id, key, now)) {
    if (!waiting_.contains(id)) ++cache_hits_;
    return Check::Right;
  }
  if (const auto waiting = waiting_.find(id); waiting != waiting_.end()) {
    const auto& answers = waiting->second.answers;
    if (const auto answer = answers.find(key); answer != answers.end()) {
      if (answer->second) cache_.add(credentials.id, std::move(key), now);
      return answer->second ? Check::Right : Check::Wrong;
    }
  }
  compute(id, {std::move(key), *request.password, hash});
  return Check::Computing;
}

auth::Admitted BasicProvider::admit(const auth::ConnectRequest& request,
                                    const auth::Credentials& credentials) {
  auth::Admitted admitted;
  auth::Identity& identity = admitted.identity;
  identity.provider = auth::ProviderType::Basic;
  identity.client_type = credentials.client_type;
  identity.credentials_id = credentials.id;
  identity.credentials_name = credentials.name;
  identity.username = request.username.value_or("");
  identity.rules = rules_.book_of(credentials.basic->rules)
                       ->rules_for({request.client_id, identity.username, ""});
  return admitted;
}

void BasicProvider::compute(AttemptId id, HashPool::Job job) {
  waiting_[id].question = job.key;
  auto& askers = askers_[job.key];
  askers.push_back(id);
  if (askers.size() == 1) pool_.submit(std::move(job));
}

void BasicProvider::on_computed(const std::string& key, bool is_right) {
  const auto found = askers_.find(key);
  if (found == askers_.end()) return;  // all who asked are gone
  const std::vector<AttemptId> askers = std::move(found->second);
  askers_.erase(found);
  for (const AttemptId id : askers) {
    Waiting& waiting = waiting_[id];
    waiting.answers[key] = is_right;
    waiting.question.clear();
  }
  for (const AttemptId id : askers) ask_again_(id);
}

}  // namespace sluice::providers
