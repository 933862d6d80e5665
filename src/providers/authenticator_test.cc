#include "providers/authenticator.h"

#include <gtest/gtest.h>

#include "providers/authenticator_for_test.h"

namespace sluice::providers {
namespace {

using namespace testing;
using auth::ProviderType;
using mqtt::ReasonCode;

TEST_F(AuthenticatorTest, NobodyGetsInWithoutProviders) {
  start({});

  const auto verdict = ask(login("user", "password"));

  EXPECT_EQ(code_of(verdict), ReasonCode::NotAuthorized);
  EXPECT_EQ(code_of(ask(login(std::nullopt, std::nullopt))), ReasonCode::NotAuthorized);
}

TEST_F(AuthenticatorTest, AnonymousIsOnlyWhoBringsNothing) {
  ProviderChain chain = chain_of_basic();
  chain.allow_anonymous = true;
  start(chain);

  const auto verdict = ask(login(std::nullopt, std::nullopt));
  ASSERT_TRUE(is_admitted(verdict));
  EXPECT_EQ(identity_of(verdict).provider, ProviderType::None);
  EXPECT_EQ(identity_of(verdict).rules, nullptr);

  EXPECT_FALSE(is_admitted(ask(login("user", std::nullopt))));
  EXPECT_FALSE(is_admitted(ask(login(std::nullopt, "password"))));
  auto with_method = login(std::nullopt, std::nullopt);
  with_method.method = "SCRAM-SHA-256";
  EXPECT_EQ(code_of(ask(with_method)), ReasonCode::BadAuthenticationMethod);
}

TEST_F(AuthenticatorTest, AnonymousIsNotWhoseClientIdentifierHasAPassword) {
  source.by_key[auth::basic_key_of_client_id("meter")] = FakeCredentials::basic("meter", "secret");
  ProviderChain chain = chain_of_basic();
  chain.allow_anonymous = true;
  start(chain);

  EXPECT_FALSE(is_admitted(ask(login(std::nullopt, std::nullopt, "meter"))));
  EXPECT_TRUE(is_admitted(ask(login(std::nullopt, std::nullopt, "other"))));
}

TEST_F(AuthenticatorTest, JoinsTheReasonsOfAllThatSkipped) {
  ProviderChain chain = chain_of_basic();
  chain.order = {ProviderType::Basic, ProviderType::X509, ProviderType::Jwt};
  chain.x509.emplace();
  chain.jwt.emplace();
  chain.jwt->verifier = HmacVerifier{std::string(32, 'k')};
  start(chain);

  EXPECT_EQ(reason_of(ask(login("user", "password"))),
            "basic: no such credentials | X.509: no client certificate | JWT: not a token");
}

TEST_F(AuthenticatorTest, AdmitsByUserNameAndPassword) {
  source.add_user("user", "password");
  source.by_key.begin()->second.client_type = config::ClientType::Application;
  start(chain_of_basic());

  const auto verdict = ask(login("user", "password"));

  ASSERT_TRUE(is_admitted(verdict));
  EXPECT_EQ(identity_of(verdict).provider, ProviderType::Basic);
  EXPECT_EQ(identity_of(verdict).client_type, config::ClientType::Application);
  EXPECT_EQ(identity_of(verdict).credentials_id, "id of user");
  EXPECT_EQ(identity_of(verdict).credentials_name, "user");
  EXPECT_EQ(identity_of(verdict).username, "user");
  EXPECT_EQ(identity_of(verdict).rules, nullptr);
}

TEST_F(AuthenticatorTest, RefusesWrongPasswordAndUnknownUserAlike) {
  source.add_user("user", "password");
  start(chain_of_basic());

  const auto wrong = ask(login("user", "Password"));
  const auto unknown = ask(login("nobody", "Password"));
  const auto none = ask(login("user", std::nullopt));

  EXPECT_EQ(code_of(wrong), ReasonCode::NotAuthorized);
  EXPECT_EQ(code_of(unknown), code_of(wrong));
  EXPECT_EQ(code_of(none), code_of(wrong));
  EXPECT_EQ(reason_of(wrong), "basic: wrong password");
  EXPECT_EQ(reason_of(unknown), "basic: no such credentials");
}

TEST_F(AuthenticatorTest, CredentialsWithoutPasswordTakeAny) {
  source.add_user("open", std::nullopt);
  start(chain_of_basic());

  EXPECT_TRUE(is_admitted(ask(login("open", std::nullopt))));
  EXPECT_TRUE(is_admitted(ask(login("open", "anything"))));
}

TEST_F(AuthenticatorTest, StrategyDecidesWhichKeysAreTried) {
  source.by_key[auth::basic_key_of_username("u")] = FakeCredentials::basic("by name", "p1");
  source.by_key[auth::basic_key_of_client_id("c")] = FakeCredentials::basic("by id", "p2");
  source.by_key[auth::basic_key_of_both("u", "c")] = FakeCredentials::basic("by both", "p3");

  start(chain_of_basic(BasicStrategy::Username));
  EXPECT_TRUE(is_admitted(ask(login("u", "p1", "c"))));
  EXPECT_FALSE(is_admitted(ask(login("u", "p2", "c"))));

  start(chain_of_basic(BasicStrategy::ClientId));
  EXPECT_TRUE(is_admitted(ask(login("u", "p2", "c"))));
  EXPECT_FALSE(is_admitted(ask(login("u", "p1", "c"))));

  start(chain_of_basic(BasicStrategy::ClientIdAndUsername));
  EXPECT_EQ(identity_of(ask(login("u", "p1", "c"))).credentials_name, "by name");
  EXPECT_EQ(identity_of(ask(login("u", "p2", "c"))).credentials_name, "by id");
  EXPECT_EQ(identity_of(ask(login("u", "p3", "c"))).credentials_name, "by both");
  EXPECT_FALSE(is_admitted(ask(login("u", "p4", "c"))));
}

TEST_F(AuthenticatorTest, RulesHoldTheClientsValues) {
  source.add_user("user", std::nullopt,
                  auth::RuleText{{{}, {{true, "${username}/${clientId}"}}}, {}});
  start(chain_of_basic());

  const auto verdict = ask(login("user", std::nullopt, "meter"));

  ASSERT_NE(identity_of(verdict).rules, nullptr);
  EXPECT_TRUE(identity_of(verdict).rules->may_publish("user/meter"));
  EXPECT_FALSE(identity_of(verdict).rules->may_publish("user/other"));
  EXPECT_FALSE(identity_of(verdict).rules->may_subscribe("user/meter"));
}

TEST_F(AuthenticatorTest, AnswersARememberedPasswordAtOnce) {
  source.add_user("user", "password");
  start(chain_of_basic());
  ASSERT_TRUE(is_admitted(ask(login("user", "password"))));

  authenticator->begin(1, login("user", "password"));

  ASSERT_EQ(answers.size(), 1U);  // without a turn of the loop
  EXPECT_TRUE(is_admitted(answers[0].second));
  EXPECT_EQ(authenticator->counters().cache_hits, 1U);
}

TEST_F(AuthenticatorTest, ForgetsAPasswordByNeedOrByTime) {
  source.add_user("user", "password");
  start(chain_of_basic());
  ASSERT_TRUE(is_admitted(ask(login("user", "password"))));

  authenticator->forget("id of user");
  authenticator->begin(1, login("user", "password"));
  EXPECT_TRUE(answers.empty());
  ASSERT_TRUE(is_admitted(wait_for(1)));

  const Instant later = monotonic_now() + settings.password_cache + seconds{1};
  authenticator->begin(2, login("user", "password"), later);
  EXPECT_TRUE(answers.empty());
}

TEST_F(AuthenticatorTest, AChangedPasswordIsNeverRemembered) {
  source.add_user("user", "old");
  start(chain_of_basic());
  ASSERT_TRUE(is_admitted(ask(login("user", "old"))));

  source.add_user("user", "new");

  EXPECT_FALSE(is_admitted(ask(login("user", "old"))));
  EXPECT_TRUE(is_admitted(ask(login("user", "new"))));
}

TEST_F(AuthenticatorTest, CredentialsThatGoWhileAHashIsComputedLetNobodyIn) {
  source.add_user("user", "password");
  start(chain_of_basic());
  authenticator->begin(1, login("user", "password"));

  source.by_key.clear();

  EXPECT_FALSE(is_admitted(wait_for(1)));
}

TEST_F(AuthenticatorTest, AStoreThatFailsRefuses) {
  ProviderChain chain = chain_of_basic();
  chain.allow_anonymous = true;
  source.is_broken = true;
  start(chain);

  EXPECT_EQ(code_of(ask(login("user", "password"))), ReasonCode::ServerUnavailable);
  EXPECT_EQ(code_of(ask(login(std::nullopt, std::nullopt))), ReasonCode::ServerUnavailable);
}

TEST_F(AuthenticatorTest, IsBusyBeyondItsLimitButNotForWhatItKnows) {
  settings.pending_max = 2;
  source.add_user("user", "password");
  source.add_user("slow", "password");
  start(chain_of_basic());
  ASSERT_TRUE(is_admitted(ask(login("user", "password"))));

  authenticator->begin(1, login("slow", "a"));
  authenticator->begin(2, login("slow", "b"));
  authenticator->begin(3, login("slow", "c"));
  authenticator->begin(4, login("user", "password"));

  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(code_of(answers[0].second), ReasonCode::ServerBusy);
  EXPECT_TRUE(is_admitted(answers[1].second));
  EXPECT_EQ(authenticator->counts()->of(auth::ProviderType::Basic, AuthenticationResult::Busy), 1U);
  EXPECT_EQ(authenticator->counters().pending, 2U);
  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::NotAuthorized);
  EXPECT_EQ(code_of(wait_for(2)), ReasonCode::NotAuthorized);
}

TEST_F(AuthenticatorTest, SaysNothingToWhoIsGone) {
  source.add_user("user", "password");
  start(chain_of_basic());
  authenticator->begin(1, login("user", "password"));
  authenticator->begin(2, login("user", "password"));

  authenticator->cancel(1);
  EXPECT_TRUE(is_admitted(wait_for(2)));
  authenticator->cancel(2);  // unknown by now

  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(authenticator->counters().pending, 0U);
}

TEST_F(AuthenticatorTest, WhoeverWaitsIsAskedAnewByAChange) {
  source.add_user("user", "password");
  start(chain_of_basic());
  authenticator->begin(1, login("user", "password"));

  authenticator->configure({});

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(code_of(answers[0].second), ReasonCode::NotAuthorized);
}

TEST_F(AuthenticatorTest, EndsWhileThreadsCompute) {
  settings.password_cost = 10;
  start(chain_of_basic());
  for (Ticket ticket = 1; ticket <= 50; ++ticket) {
    authenticator->begin(ticket, login("user", std::to_string(ticket)));
  }

  authenticator.reset();

  EXPECT_TRUE(answers.empty());
}

TEST_F(AuthenticatorTest, FindsCertificatesByExpressionThenByName) {
  auth::Credentials expression;
  expression.id = "1";
  expression.name = "expression";
  expression.x509 = auth::X509Credentials{"^meter-\\d+$", true, {}};
  source.expressions = {expression};
  auth::Credentials exact;
  exact.id = "2";
  exact.name = "exact";
  exact.x509 =
      auth::X509Credentials{"Company CA", false, {{".*", {{{}, {{true, "${cn}/up"}}}, {}}}}};
  source.by_key[auth::x509_key("Company CA")] = exact;
  ProviderChain chain;
  chain.order = {ProviderType::X509};
  chain.x509.emplace();
  start(chain);
  const auto with_chain = [](std::vector<std::string> names) {
    auto request = login("liar", std::nullopt);
    request.peer.common_names = std::move(names);
    return request;
  };

  EXPECT_EQ(identity_of(ask(with_chain({"meter-7", "Company CA"}))).credentials_name, "expression");
  const auto by_ca = ask(with_chain({"pump", "Company CA"}));
  EXPECT_EQ(identity_of(by_ca).credentials_name, "exact");
  EXPECT_EQ(identity_of(by_ca).common_name, "pump");
  EXPECT_EQ(identity_of(by_ca).username, "");
  ASSERT_NE(identity_of(by_ca).rules, nullptr);
  EXPECT_TRUE(identity_of(by_ca).rules->may_publish("pump/up"));
  EXPECT_FALSE(is_admitted(ask(with_chain({"pump", "Other CA"}))));
  EXPECT_FALSE(is_admitted(ask(with_chain({}))));
}

}  // namespace
}  // namespace sluice::providers
