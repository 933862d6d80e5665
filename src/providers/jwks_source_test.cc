#include "providers/jwks_source.h"

#include <gtest/gtest.h>

#include <atomic>

#include "providers/authenticator_for_test.h"
#include "providers/http_server_for_test.h"
#include "providers/jwt_for_test.h"

namespace sluice::providers {
namespace {

using namespace testing;
using auth::ProviderType;
using mqtt::ReasonCode;

class JwksTest : public AuthenticatorTest {
 protected:
  static std::string document_of(const Signer& signer, const std::string& key_id) {
    return R"({"keys":[{"kid":")" + key_id + R"(",)" + signer.jwk() + "}]}";
  }
  void start_with(const std::string& url) {
    ProviderChain chain;
    chain.order = {ProviderType::Jwt};
    chain.jwt.emplace();
    chain.jwt->verifier = JwksVerifier{url, {{"X-Key", "v"}}, seconds{300}, {}};
    start(chain);
  }
  auth::Verdict ask_token(const std::string& token) { return ask(login("user", token)); }

  const Signer signer = Signer::ed25519();
  const std::string good = token_of(signer, "EdDSA", "{}", "1");
};

TEST_F(JwksTest, FetchesKeysOnceAndAnswersWhoeverWaits) {
  HttpServer server(
      [&](const std::string&) { return HttpServer::reply(200, document_of(signer, "1")); });
  start_with(server.url("/jwks.json"));

  authenticator->begin(1, login("user", good));
  authenticator->begin(2, login("user", good));
  EXPECT_TRUE(answers.empty());

  EXPECT_TRUE(is_admitted(wait_for(1)));
  EXPECT_TRUE(is_admitted(wait_for(2)));
  authenticator->begin(3, login("user", good));
  EXPECT_EQ(answers.size(), 1U);  // at once from now on
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(server.requests()[0].starts_with("GET /jwks.json "));
  EXPECT_NE(server.requests()[0].find("X-Key: v\r\n"), std::string::npos);
}

TEST_F(JwksTest, AnUnknownKeyIsFetchedAtMostOncePerHalfMinute) {
  HttpServer server(
      [&](const std::string&) { return HttpServer::reply(200, document_of(signer, "1")); });
  start_with(server.url());
  ASSERT_TRUE(is_admitted(ask_token(good)));
  const std::string unknown = token_of(Signer::ed25519(), "EdDSA", "{}", "2");

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(reason_of(ask_token(unknown)), "JWT: no key '2' for EdDSA");
  }
  EXPECT_EQ(server.requests().size(), 1U);

  ahead = seconds{31};
  EXPECT_FALSE(is_admitted(ask_token(unknown)));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(JwksTest, TakesOverNewKeysInTheBackground) {
  const Signer next = Signer::ed25519();
  std::atomic<bool> has_rotated = false;
  HttpServer server([&](const std::string&) {
    return HttpServer::reply(200, has_rotated ? document_of(next, "2") : document_of(signer, "1"));
  });
  start_with(server.url());
  ASSERT_TRUE(is_admitted(ask_token(good)));
  has_rotated = true;

  ahead = seconds{301};
  authenticator->on_wake(now());
  EXPECT_TRUE(is_admitted(ask_token(good)));  // still by the old ones, nobody waits
  server.wait_for_requests(2);
  EXPECT_TRUE(is_admitted(ask_token(token_of(next, "EdDSA", "{}", "2"))));

  EXPECT_FALSE(is_admitted(ask_token(good)));
}

TEST_F(JwksTest, KeysOutliveAnOutageOfADay) {
  std::atomic<bool> is_down = false;
  HttpServer server([&](const std::string&) {
    return is_down ? HttpServer::reply(503, "") : HttpServer::reply(200, document_of(signer, "1"));
  });
  start_with(server.url());
  ASSERT_TRUE(is_admitted(ask_token(good)));
  is_down = true;

  ahead = std::chrono::hours{23};
  EXPECT_TRUE(is_admitted(ask_token(good)));
  ahead = std::chrono::hours{25};
  const auto too_late = ask_token(good);

  EXPECT_EQ(code_of(too_late), ReasonCode::ServerUnavailable);
  EXPECT_EQ(reason_of(too_late), "JWT: no keys: it answered 503");
}

TEST_F(JwksTest, RefusesWhileThereAreNoKeys) {
  for (const std::string& body : {std::string("<html>"), std::string(R"({"keys":[]})"),
                                  R"({"keys":")" + std::string(300 * 1024, 'x')}) {
    HttpServer server([&](const std::string&) { return HttpServer::reply(200, body); });
    start_with(server.url());

    EXPECT_EQ(code_of(ask_token(good)), ReasonCode::ServerUnavailable);
    authenticator.reset();
  }
}

TEST_F(JwksTest, APublishedKeyIsNoSecret) {
  HttpServer server([&](const std::string&) {
    return HttpServer::reply(200, R"({"keys":[{"kid":"1",)" + signer.jwk() +
                                      R"(},{"kid":"2","kty":"oct","k":"AAAA"}]})");
  });
  start_with(server.url());

  EXPECT_FALSE(is_admitted(
      ask_token(hmac_token_of(std::string(3, '\0'), "{}", R"({"alg":"HS256","kid":"2"})"))));
}

TEST_F(JwksTest, AnotherProvidersChangeKeepsTheKeys) {
  HttpServer server(
      [&](const std::string&) { return HttpServer::reply(200, document_of(signer, "1")); });
  ProviderChain chain;
  chain.order = {ProviderType::Jwt};
  chain.jwt.emplace();
  chain.jwt->verifier = JwksVerifier{server.url(), {}, seconds{300}, {}};
  start(chain);
  ASSERT_TRUE(is_admitted(ask_token(good)));

  chain.basic.emplace();
  chain.order.push_back(ProviderType::Basic);
  authenticator->configure(chain);
  authenticator->begin(1, login("user", good));

  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(JwksTest, EndsWhileItFetches) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  start_with(server.url());
  authenticator->begin(1, login("user", good));
  server.wait_for_requests(1);

  authenticator.reset();

  EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace sluice::providers
