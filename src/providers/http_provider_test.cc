#include "providers/http_provider.h"

#include <gtest/gtest.h>

#include <atomic>

#include "providers/authenticator_for_test.h"
#include "providers/http_server_for_test.h"

namespace sluice::providers {
namespace {

using namespace testing;
using auth::ProviderType;
using mqtt::ReasonCode;

class HttpTest : public AuthenticatorTest {
 protected:
  ProviderChain chain_of_http(const std::string& url) {
    ProviderChain chain;
    chain.order = {ProviderType::Http};
    chain.http.emplace();
    chain.http->endpoint = url;
    chain.http->body = R"({"u":"${username}"})";
    chain.http->timeout = std::chrono::hours{1};
    return chain;
  }
  void hang() { settings.timeout = std::chrono::hours{2}; }
};

TEST_F(HttpTest, AsksTheServer) {
  HttpServer server([](const std::string& request) {
    return HttpServer::reply(200, request.ends_with(R"({"u":"good"})") ? R"({"result":"success"})"
                                                                       : R"({"result":"failure"})");
  });
  ProviderChain chain = chain_of_http(server.url("/auth"));
  chain.http->headers = {{"X-Key", "value"}};
  chain.http->login.username = "broker";
  chain.http->login.password = "secret";
  start(chain);

  const auto good = ask(login("good", "password"));
  const auto bad = ask(login("bad", "password"));

  ASSERT_TRUE(is_admitted(good));
  EXPECT_EQ(identity_of(good).provider, ProviderType::Http);
  EXPECT_EQ(identity_of(good).username, "good");
  EXPECT_EQ(code_of(bad), ReasonCode::NotAuthorized);
  const std::string request = server.requests().front();
  EXPECT_TRUE(request.starts_with("POST /auth HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("X-Key: value\r\n"), std::string::npos);
  EXPECT_NE(request.find("Authorization: Basic YnJva2VyOnNlY3JldA==\r\n"), std::string::npos);
}

TEST_F(HttpTest, SkipsServersThatMisbehave) {
  const std::string answers_of[] = {
      "",
      "nonsense\r\n\r\n",
      HttpServer::reply(500, ""),
      HttpServer::reply(302, "", "Location: /elsewhere\r\n"),
      HttpServer::reply(200, std::string(1000, 'x')),
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + std::string(1000, 'x'),
  };
  for (const auto& bytes : answers_of) {
    HttpServer server([&](const std::string&) { return bytes; });
    ProviderChain chain = chain_of_http(server.url());
    chain.http->reply_max = 999;
    chain.allow_anonymous = true;
    start(chain);

    const auto verdict = ask(login(std::nullopt, std::nullopt));

    EXPECT_EQ(code_of(verdict), ReasonCode::NotAuthorized) << bytes.substr(0, 80);
    EXPECT_TRUE(reason_of(verdict).starts_with("HTTP: ")) << reason_of(verdict);
    EXPECT_EQ(server.requests().size(), 1U);  // no redirect was followed
    authenticator.reset();
  }
}

TEST_F(HttpTest, SkipsAServerThatIsNotThere) {
  std::string url;
  {
    url = HttpServer([](const std::string&) { return ""; }).url();
  }
  start(chain_of_http(url));

  EXPECT_TRUE(reason_of(ask(login("u", "p"))).starts_with("HTTP: Failed to connect"));
}

TEST_F(HttpTest, SkipsAServerThatIsTooSlow) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  ProviderChain chain = chain_of_http(server.url());
  chain.http->timeout = milliseconds{50};
  start(chain);

  EXPECT_EQ(code_of(ask(login("u", "p"))), ReasonCode::NotAuthorized);
}

TEST_F(HttpTest, CallsNoAddressOfThisHostUnlessAllowed) {
  HttpServer server([](const std::string&) { return HttpServer::reply(200, ""); });
  settings.http_to_private = false;
  std::string by_name = server.url();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  for (const std::string& url : {server.url(), by_name}) {
    start(chain_of_http(url));

    EXPECT_EQ(reason_of(ask(login("u", "p"))),
              "HTTP: the server's address is of this host or link (see auth.http_to_private)");
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpTest, SpeaksHttpOnly) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "::"}) {
    start(chain_of_http(url));
    EXPECT_FALSE(is_admitted(ask(login("u", "p")))) << url;
  }
}

TEST_F(HttpTest, RefusesHeadersWithLineBreaks) {
  HttpServer server([](const std::string&) { return HttpServer::reply(200, ""); });
  ProviderChain chain = chain_of_http(server.url());
  chain.http->headers = {{"X", "a\r\nY: b"}};
  start(chain);

  EXPECT_FALSE(is_admitted(ask(login("u", "p"))));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpTest, AThousandThatHangDelayNobodyElse) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  source.add_user("user", "password");
  ProviderChain chain = chain_of_http(server.url());
  chain.order = {ProviderType::Basic, ProviderType::Http};
  chain.basic.emplace();
  hang();
  start(chain);
  ASSERT_TRUE(is_admitted(ask(login("user", "password"))));

  for (Ticket ticket = 1; ticket <= 1000; ++ticket) {
    authenticator->begin(ticket, login("nobody" + std::to_string(ticket), std::nullopt));
  }
  server.wait_for_requests(chain.http->parallel_max);
  authenticator->begin(2000, login("user", "password"));

  ASSERT_EQ(answers.size(), 1U);  // at once, while all others wait
  EXPECT_EQ(answers.front().first, 2000U);
  EXPECT_TRUE(is_admitted(answers.front().second));
  EXPECT_EQ(authenticator->counters().pending, 1000U);
  answers.clear();

  source.add_user("new", "password");
  authenticator->begin(3000, login("new", "password"));
  EXPECT_TRUE(is_admitted(wait_for(3000)));  // a hash that must be computed waits for none of them
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(server.requests().size(), chain.http->parallel_max);
}

TEST_F(HttpTest, MoreThanItsParallelCallsWaitTheirTurn) {
  HttpServer server([](const std::string&) { return HttpServer::reply(200, ""); });
  ProviderChain chain = chain_of_http(server.url());
  chain.http->parallel_max = 2;
  start(chain);

  for (Ticket ticket = 1; ticket <= 20; ++ticket) authenticator->begin(ticket, login("u", "p"));

  for (Ticket ticket = 1; ticket <= 20; ++ticket) EXPECT_TRUE(is_admitted(wait_for(ticket)));
}

TEST_F(HttpTest, WaitsNoLongerThanItsTimeoutForItsTurn) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  ProviderChain chain = chain_of_http(server.url());
  chain.http->parallel_max = 1;
  hang();
  start(chain);
  const Instant now = monotonic_now();
  authenticator->begin(1, login("u", "p"), now);
  authenticator->begin(2, login("u", "p"), now);

  EXPECT_EQ(authenticator->next_deadline(), now + chain.http->timeout);
  authenticator->on_wake(now + chain.http->timeout);

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].first, 2U);
  EXPECT_EQ(reason_of(answers[0].second), "HTTP: no call was free in time");
}

TEST_F(HttpTest, ItsQueueTakesHalfOfAllAtMost) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  settings.pending_max = 4;
  ProviderChain chain = chain_of_http(server.url());
  chain.http->parallel_max = 1;
  hang();
  start(chain);

  for (Ticket ticket = 1; ticket <= 4; ++ticket) authenticator->begin(ticket, login("u", "p"));

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(code_of(answers[0].second), ReasonCode::ServerBusy);
  EXPECT_EQ(authenticator->counters().pending, 3U);
}

TEST_F(HttpTest, WhoIsGoneMakesRoomForWhoWaits) {
  std::atomic<bool> hangs = true;
  HttpServer server(
      [&](const std::string&) { return hangs ? HttpServer::kHang : HttpServer::reply(200, ""); });
  ProviderChain chain = chain_of_http(server.url());
  chain.http->parallel_max = 1;
  hang();
  start(chain);
  authenticator->begin(1, login("u", "p"));
  authenticator->begin(2, login("u", "p"));
  server.wait_for_requests(1);

  hangs = false;
  authenticator->cancel(1);

  EXPECT_TRUE(is_admitted(wait_for(2)));
  EXPECT_TRUE(answers.empty());
}

TEST_F(HttpTest, TheAuthenticatorGivesUpAfterItsTimeout) {
  HttpServer server([](const std::string&) { return HttpServer::kHang; });
  start(chain_of_http(server.url()));
  const Instant now = monotonic_now();
  authenticator->begin(1, login("u", "p"), now);
  ASSERT_EQ(authenticator->next_deadline(), now + settings.timeout);

  authenticator->on_wake(now + settings.timeout - milliseconds{1});
  EXPECT_TRUE(answers.empty());
  authenticator->on_wake(now + settings.timeout);

  EXPECT_EQ(code_of(wait_for(1)), ReasonCode::ServerUnavailable);
  EXPECT_EQ(authenticator->counts()->of(auth::ProviderType::Http, AuthenticationResult::TimedOut),
            1U);
  EXPECT_EQ(authenticator->counters().pending, 0U);
}

TEST_F(HttpTest, AChangedServerIsAskedAnew) {
  HttpServer old([](const std::string&) { return HttpServer::kHang; });
  HttpServer current([](const std::string&) { return HttpServer::reply(200, ""); });
  hang();
  start(chain_of_http(old.url()));
  authenticator->begin(1, login("u", "p"));
  old.wait_for_requests(1);

  authenticator->configure(chain_of_http(current.url()));

  EXPECT_TRUE(is_admitted(wait_for(1)));
}

}  // namespace
}  // namespace sluice::providers
