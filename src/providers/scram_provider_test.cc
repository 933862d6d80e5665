#include "providers/scram_provider.h"

#include <gtest/gtest.h>

#include "providers/authenticator_for_test.h"
#include "providers/scram_client_for_test.h"
#include "providers/scram_keys.h"

namespace sluice::providers {
namespace {

using namespace testing;
using auth::ScramAlgorithm;
using mqtt::ReasonCode;

class ScramTest : public AuthenticatorTest {
 protected:
  ScramTest() {
    add("user", "pencil", ScramAlgorithm::Sha256);
    add("user", "pencil", ScramAlgorithm::Sha512);
    ProviderChain chain;
    chain.scram.emplace();
    start(chain);
  }

  void add(const std::string& name, const std::string& password, ScramAlgorithm algorithm) {
    auth::Credentials credentials;
    credentials.id = "id of " + name;
    credentials.name = name;
    credentials.scram = *make_scram_credentials(name, password, algorithm);
    source.by_key[auth::scram_key(name, algorithm)] = credentials;
  }

  static auth::ConnectRequest connect(const std::string& data,
                                      const std::string& method = "SCRAM-SHA-256") {
    auto request = login("liar", "lie");
    request.method = method;
    request.data = data;
    return request;
  }

  /// The server's first message.
  std::string challenge_of(Ticket ticket, const std::string& first,
                           const std::string& method = "SCRAM-SHA-256") {
    authenticator->begin(ticket, connect(first, method));
    const auto verdict = wait_for(ticket);
    const auto* challenge = std::get_if<auth::Challenge>(&verdict);
    return challenge == nullptr ? "" : challenge->data;
  }

  auth::Verdict exchange(ScramClient& client, const std::string& method = "SCRAM-SHA-256") {
    const std::string server_first = challenge_of(1, client.first(), method);
    if (server_first.empty()) return auth::Refused{};
    authenticator->step(1, client.final(server_first));
    return wait_for(1);
  }

  ReasonCode code_of_first(const std::string& first) { return code_of(ask(connect(first))); }
};

// RFC 7677 3.
TEST(Scram, AgreesWithTheVectorOfTheRfc) {
  FakeCredentials source;
  auth::Credentials credentials;
  credentials.scram =
      make_scram_credentials("user", "pencil", ScramAlgorithm::Sha256, 4096,
                             *from_base64("W22ZaJ0SNY7soEsUEjb6gQ==", Base64::Standard));
  source.by_key[auth::scram_key("user", ScramAlgorithm::Sha256)] = credentials;
  RuleCache rules;
  ScramProvider provider(source, rules, [] { return "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"; });
  auth::ConnectRequest request;
  request.method = "SCRAM-SHA-256";
  request.data = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

  const auto first = provider.ask(1, request, Instant{});
  ASSERT_TRUE(std::holds_alternative<auth::Challenge>(first));
  EXPECT_EQ(std::get<auth::Challenge>(first).data,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");

  const auto last = provider.step(1,
                                  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  ASSERT_TRUE(std::holds_alternative<auth::Admitted>(last));
  EXPECT_EQ(std::get<auth::Admitted>(last).data, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST_F(ScramTest, AdmitsTheSaslUserWithBothAlgorithms) {
  ScramClient client{"user", "pencil", "abc"};
  const auto by_256 = exchange(client);
  ASSERT_TRUE(is_admitted(by_256));
  EXPECT_EQ(identity_of(by_256).username, "user");
  EXPECT_EQ(identity_of(by_256).provider, auth::ProviderType::Scram);
  EXPECT_EQ(std::get<auth::Admitted>(by_256).data, client.expected_server_final);

  ScramClient stronger{"user", "pencil", "abc", Digest::Sha512, "y,,"};
  const auto by_512 = exchange(stronger, "SCRAM-SHA-512");
  ASSERT_TRUE(is_admitted(by_512));
  EXPECT_EQ(std::get<auth::Admitted>(by_512).data, stronger.expected_server_final);
}

TEST_F(ScramTest, AuthenticatesAgainWithTheSameTicketLater) {
  ScramClient client{"user", "pencil", "abc"};
  ASSERT_TRUE(is_admitted(exchange(client)));

  EXPECT_TRUE(is_admitted(exchange(client)));
}

TEST_F(ScramTest, RefusesAWrongPasswordAndAnUnknownUserAlike) {
  ScramClient wrong{"user", "crayon", "abc"};
  ScramClient unknown{"nobody", "pencil", "abc"};

  const auto of_wrong = exchange(wrong);
  const auto of_unknown = exchange(unknown);

  EXPECT_EQ(code_of(of_wrong), ReasonCode::NotAuthorized);
  EXPECT_EQ(code_of(of_unknown), ReasonCode::NotAuthorized);
  EXPECT_EQ(reason_of(of_wrong), reason_of(of_unknown));
}

TEST_F(ScramTest, ShowsAnUnknownUserASaltThatStaysTheSame) {
  const auto salt_of = [this](Ticket ticket, const std::string& name) {
    const std::string challenge = challenge_of(ticket, "n,,n=" + name + ",r=abc");
    return challenge.substr(challenge.find(",s="));
  };

  const std::string salt = salt_of(1, "nobody");

  EXPECT_EQ(salt.size(), salt_of(2, "user").size());
  EXPECT_EQ(salt, salt_of(3, "nobody"));
  EXPECT_NE(salt, salt_of(4, "nobody2"));
}

TEST_F(ScramTest, NeverUsesANonceTwice) {
  EXPECT_NE(challenge_of(1, "n,,n=user,r=abc"), challenge_of(2, "n,,n=user,r=abc"));
}

TEST_F(ScramTest, RefusesARecordedExchange) {
  ScramClient client{"user", "pencil", "abc"};
  const std::string recorded = client.final(challenge_of(1, client.first()));
  challenge_of(2, client.first());

  authenticator->step(2, recorded);

  EXPECT_EQ(code_of(wait_for(2)), ReasonCode::NotAuthorized);
}

TEST_F(ScramTest, RefusesCredentialsThatWentMeanwhile) {
  ScramClient client{"user", "pencil", "abc"};
  const std::string last = client.final(challenge_of(1, client.first()));
  source.by_key.clear();

  authenticator->step(1, last);

  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::NotAuthorized);
}

TEST_F(ScramTest, SaysWhichCodeTheSpecificationWants) {
  EXPECT_EQ(code_of(ask(connect("n,,n=user,r=abc", "SCRAM-SHA-1"))),
            ReasonCode::BadAuthenticationMethod);
  EXPECT_EQ(code_of(ask(connect("n,,n=user,r=abc", "JWT"))), ReasonCode::BadAuthenticationMethod);
  EXPECT_EQ(code_of_first(""), ReasonCode::UnspecifiedError);
  challenge_of(1, "n,,n=user,r=abc");
  authenticator->step(1, "");
  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::UnspecifiedError);
}

TEST_F(ScramTest, RefusesMalformedFirstMessages) {
  for (const char* first :
       {"n", "n,", "n,,", "n,,n=user", "n,,n=user,r=", "n,,n=,r=abc", "n,,r=abc,n=user",
        "p=tls-unique,,n=user,r=abc", "x,,n=user,r=abc", "n,a=admin,n=user,r=abc",
        "n,b=user,n=user,r=abc", "n,,m=ext,n=user,r=abc", "n,,n=a=2Db,r=abc", "n,,n=a=,r=abc",
        "n,,n=a\x01,r=abc", "n,,n=\xff,r=abc", "n,,n=user,r=a b", "n,,n=user,r=\x7f"}) {
    EXPECT_EQ(code_of_first(first), ReasonCode::NotAuthorized) << first;
  }
  EXPECT_EQ(code_of_first("n,,n=user,r=" + std::string(5000, 'a')), ReasonCode::NotAuthorized);
}

TEST_F(ScramTest, ReadsNamesWithCommaAndEqualsSign) {
  add("a,b=c", "pencil", ScramAlgorithm::Sha256);
  ScramClient client{"a=2Cb=3Dc", "pencil", "abc"};

  EXPECT_EQ(identity_of(exchange(client)).username, "a,b=c");
}

TEST_F(ScramTest, RefusesMalformedFinalMessages) {
  ScramClient client{"user", "pencil", "abc"};
  Ticket ticket = 10;
  for (const char* change : {"none", "binding", "nonce", "proof", "short"}) {
    const std::string kind = change;
    std::string last = client.final(challenge_of(++ticket, client.first()));
    if (kind == "none") last = last.substr(0, last.rfind(",p="));
    if (kind == "binding") last.replace(0, 6, "c=eSws");
    if (kind == "nonce") last.replace(last.find("r=") + 2, 1, "x");
    if (kind == "proof") last.replace(last.rfind("p=") + 2, 4, "AAAA");
    if (kind == "short") last = last.substr(0, last.rfind("p=") + 6);
    authenticator->step(ticket, last);
    EXPECT_EQ(code_of(wait_for(ticket)), ReasonCode::NotAuthorized) << change;
  }
}

TEST_F(ScramTest, AChallengedClientThatIsSilentIsLetGo) {
  challenge_of(1, "n,,n=user,r=abc");
  ASSERT_EQ(authenticator->counters().pending, 1U);

  authenticator->on_wake(monotonic_now() + settings.timeout + seconds{1});

  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::NotAuthorized);
  EXPECT_EQ(authenticator->counters().pending, 0U);
}

TEST_F(ScramTest, AChallengeEndsWhenTheProviderIsTurnedOff) {
  ScramClient client{"user", "pencil", "abc"};
  const std::string last = client.final(challenge_of(1, client.first()));

  authenticator->configure({});
  authenticator->step(1, last);

  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::BadAuthenticationMethod);
  EXPECT_TRUE(answers.empty());
}

TEST_F(ScramTest, AChallengeOutlivesAnotherProvidersChange) {
  ScramClient client{"user", "pencil", "abc"};
  const std::string last = client.final(challenge_of(1, client.first()));
  ProviderChain chain = chain_of_basic();
  chain.scram.emplace();

  authenticator->configure(chain);
  authenticator->step(1, last);

  EXPECT_TRUE(is_admitted(wait_for(1)));
}

TEST(Scram, MakesCredentialsOnlyOfText) {
  EXPECT_FALSE(make_scram_credentials("", "p", ScramAlgorithm::Sha256));
  EXPECT_FALSE(make_scram_credentials("u", "", ScramAlgorithm::Sha256));
  EXPECT_FALSE(make_scram_credentials("u\n", "p", ScramAlgorithm::Sha256));
  EXPECT_FALSE(make_scram_credentials("u", "p", ScramAlgorithm::Sha256, 4095));
  EXPECT_NE(make_scram_credentials("u", "p", ScramAlgorithm::Sha256)->salt,
            make_scram_credentials("u", "p", ScramAlgorithm::Sha256)->salt);
}

}  // namespace
}  // namespace sluice::providers
