#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "auth/credentials_source.h"
#include "providers/authenticator.h"
#include "providers/password_hash.h"

namespace sluice::providers::testing {

/// Credentials in a map.
class FakeCredentials final : public auth::CredentialsSource {
 public:
  Result<std::optional<auth::Credentials>> find(std::string_view key) override {
    if (is_broken) return failure("the disk is gone");
    const auto found = by_key.find(std::string(key));
    if (found == by_key.end()) return std::nullopt;
    return found->second;
  }
  Result<std::vector<auth::Credentials>> find_x509_expressions() override {
    if (is_broken) return failure("the disk is gone");
    return expressions;
  }

  /// A user with a cheap hash; without password: any.
  void add_user(const std::string& name, std::optional<std::string> password,
                std::optional<auth::RuleText> rules = std::nullopt) {
    by_key[auth::basic_key_of_username(name)] = basic(name, std::move(password), std::move(rules));
  }
  static auth::Credentials basic(const std::string& name, std::optional<std::string> password,
                                 std::optional<auth::RuleText> rules = std::nullopt) {
    auth::Credentials credentials;
    credentials.id = "id of " + name;
    credentials.name = name;
    credentials.basic.emplace();
    if (password) credentials.basic->password_hash = *hash_password(*password, 4);
    credentials.basic->rules = std::move(rules);
    return credentials;
  }

  bool is_broken = false;
  std::map<std::string, auth::Credentials> by_key;
  std::vector<auth::Credentials> expressions;
};

/// An Authenticator and the loop around it.
class AuthenticatorTest : public ::testing::Test {
 protected:
  AuthenticatorTest() {
    settings.password_cost = 4;
    settings.http_to_private = true;
  }

  void start(const ProviderChain& chain) {
    authenticator = std::move(
        *Authenticator::make(settings, source, [this](Ticket ticket, auth::Verdict verdict) {
          answers.emplace_back(ticket, std::move(verdict));
        }));
    authenticator->configure(chain);
  }

  static ProviderChain chain_of_basic(BasicStrategy strategy = BasicStrategy::ClientIdAndUsername) {
    ProviderChain chain;
    chain.order = {auth::ProviderType::Basic};
    chain.basic = BasicSettings{strategy};
    return chain;
  }

  static auth::ConnectRequest login(std::optional<std::string> username,
                                    std::optional<std::string> password,
                                    std::string client_id = "client") {
    auth::ConnectRequest request;
    request.client_id = std::move(client_id);
    request.username = std::move(username);
    request.password = std::move(password);
    return request;
  }

  bool has_answer(Ticket ticket) const {
    for (const auto& [answered, verdict] : answers) {
      if (answered == ticket) return true;
    }
    return false;
  }

  /// Runs the loop until the ticket has an answer, and takes it.
  auth::Verdict wait_for(Ticket ticket) {
    while (!has_answer(ticket)) turn();
    const auto found = std::find_if(answers.begin(), answers.end(),
                                    [&](const auto& answer) { return answer.first == ticket; });
    auth::Verdict verdict = std::move(found->second);
    answers.erase(found);
    return verdict;
  }

  void turn() {
    using std::chrono::hours;
    const Instant due = std::min(authenticator->next_deadline(), now() + hours{1});
    const auto left = std::max(due - now(), milliseconds{0});
    pollfd wait{authenticator->wake_fd(), POLLIN, 0};
    ::poll(&wait, 1, static_cast<int>(left.count()));
    authenticator->on_wake(now());
  }

  /// The real time, or a later one that the test has made it.
  Instant now() const { return monotonic_now() + ahead; }

  auth::Verdict ask(auth::ConnectRequest request) {
    const Ticket ticket = ++last_ticket;
    authenticator->begin(ticket, std::move(request), now());
    return wait_for(ticket);
  }

  seconds ahead{0};
  config::AuthSettings settings;
  FakeCredentials source;
  Ticket last_ticket = 1'000'000;
  std::vector<std::pair<Ticket, auth::Verdict>> answers;
  std::unique_ptr<Authenticator> authenticator;
};

inline bool is_admitted(const auth::Verdict& verdict) {
  return std::holds_alternative<auth::Admitted>(verdict);
}
inline const auth::Identity& identity_of(const auth::Verdict& verdict) {
  return std::get<auth::Admitted>(verdict).identity;
}
inline std::string reason_of(const auth::Verdict& verdict) {
  const auto* refused = std::get_if<auth::Refused>(&verdict);
  return refused == nullptr ? "not refused" : refused->reason;
}
inline mqtt::ReasonCode code_of(const auth::Verdict& verdict) {
  const auto* refused = std::get_if<auth::Refused>(&verdict);
  return refused == nullptr ? mqtt::ReasonCode::Success : refused->code;
}

}  // namespace sluice::providers::testing
