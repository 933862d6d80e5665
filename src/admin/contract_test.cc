#include <algorithm>
#include <array>
#include <set>

#include "admin/testing/contract_calls.h"
#include "admin/testing/contract_shapes.h"
#include "admin/testing/documented_answers.h"
#include "admin/testing/local_admin.h"
#include "admin/testing/shape.h"
#include "admin/testing/smtp_peer.h"
#include "providers/http_server_for_test.h"

namespace sluice::admin {
namespace {

using testing::Call;
using testing::kCalls;
using testing::kPage;
using testing::kShapes;
using testing::ShapeCheck;

class ContractTest : public testing::LocalAdminTest {
 protected:
  ContractTest() {
    harness.add_user("boss@example.com", "SYS_ADMIN");
    harness.add_user("viewer@example.com", "VIEWER");
    harness.add_user("leaving@example.com", "VIEWER");
    boss = harness.token_of("boss@example.com");
    viewer = harness.token_of("viewer@example.com");
    auto& session = view.add_session("meter");
    session.subscriptions.push_back(testing::subscription_to("a/#"));
    ids["session"] = session.summary.id;
    view.share_groups = {{"g", "a/#", {{"meter", config::ClientType::Device, true}}}};
    broker::MessageFacts& message = view.retained["a/b"];
    message.topic = "a/b";
    message.payload = "x";
    message.user_properties.push_back({"k", "v"});
    auto transaction = harness.store->begin();
    (void)harness.store->unauthorized_clients().put(
        *transaction, {"refused", "192.0.2.1", harness.wall, "u", true, false, "wrong"});
    (void)transaction->commit();
    ids["user"] =
        at(harness.ask("GET", "/api/auth/user", harness.token_of("leaving@example.com")), "/id");
    ids["link"] = PasswordReset::make_token();
    keep_link(ids["user"], ids["link"]);
    ids["smtpPort"] = std::to_string(mail_server.port());
    (void)post("/api/admin/settings",
               filled(R"({"key": "mail", "jsonValue": {"smtpHost": "127.0.0.1",
                          "smtpPort": {smtpPort}}})"));
    ids["httpUrl"] = http_server.url();
    harness.auth.http_to_private = true;
    harness.context->allows_login_as = true;
    ids["provider"] = at(get("/api/mqtt/auth/provider/type/MQTT_BASIC"), "/id");
  }

  void keep_link(const std::string& user_id, const std::string& token) {
    auto transaction = harness.store->begin();
    (void)harness.api->services().password_reset.keep(*transaction, user_id, token,
                                                      std::chrono::hours{1});
    (void)transaction->commit();
  }
  std::string filled(std::string text) const {
    for (const auto& [word, id] : ids) {
      const std::string mark = "{" + word + "}";
      while (text.find(mark) != std::string::npos) text.replace(text.find(mark), mark.size(), id);
    }
    return text;
  }
  Response ask(const Call& call, const std::string& token) {
    const Response answer = harness.ask(call.method, filled(call.path), token, filled(call.body));
    if (call.method == "POST" && answer.status == 200) remember(call.path, answer);
    return answer;
  }
  void remember(const std::string& path, const Response& answer) {
    if (path == "/api/auth/login") ids["refresh"] = at(answer, "/refreshToken");
    if (path == "/api/mqtt/client/credentials") ids["credentials"] = at(answer, "/id");
    if (path == "/api/ws/connection") ids["connection"] = at(answer, "/id");
    if (path == "/api/ws/subscription") ids["subscription"] = at(answer, "/id");
  }
  testing::SmtpPeer mail_server;
  providers::testing::HttpServer http_server{
      [](const std::string&) { return providers::testing::HttpServer::reply(200, ""); }};
  std::string boss;
  std::string viewer;
  std::map<std::string, std::string> ids;
  const ShapeCheck shapes{kShapes};
};

TEST_F(ContractTest, EveryCallIsAnsweredInTbmqsShapeAndAsDocumented) {
  const testing::DocumentedAnswers documented;
  const Router router(harness.api->routes());
  for (const Call& call : kCalls) {
    const std::string name = call.method + " " + call.path;
    harness.pass(seconds{1});
    const Response answer = ask(call, call.role ? boss : "");
    EXPECT_EQ(answer.status, call.status) << name << ": " << answer.body;
    const auto match = router.find(call.method, call.path.substr(0, call.path.find('?')));
    ASSERT_TRUE(match) << name;
    EXPECT_EQ(documented.check(call.method, std::string(match->route->pattern), answer), "")
        << name << ": " << answer.body;
    if (call.shape.empty() || answer.status != call.status) continue;
    EXPECT_EQ(shapes.check(parse(answer), call.shape), "") << name << ": " << answer.body;
  }
}

TEST_F(ContractTest, EveryCallNeedsItsRole) {
  const Router router(harness.api->routes());
  for (const Call& call : kCalls) {
    const auto match = router.find(call.method, call.path.substr(0, call.path.find('?')));
    ASSERT_TRUE(match) << call.method << " " << call.path;
    EXPECT_EQ(match->route->needs, call.role) << call.method << " " << call.path;
  }
}

TEST_F(ContractTest, WithoutATokenAnErrorInTbmqsShapeComes) {
  for (const Call& call : kCalls) {
    if (!call.role) continue;
    harness.pass(seconds{1});
    const Response answer = harness.ask(call.method, filled(call.path), "", filled(call.body));
    EXPECT_EQ(answer.status, 401U) << call.path;
    EXPECT_EQ(shapes.check(parse(answer), "Error"), "") << answer.body;
    EXPECT_EQ(at(answer, "/errorCode"), "10") << call.path;
  }
}

TEST_F(ContractTest, WithTooLowARoleAnErrorInTbmqsShapeComes) {
  for (const Call& call : kCalls) {
    if (!call.role || *call.role == Role::Viewer) continue;
    harness.pass(seconds{1});
    const Response answer = harness.ask(call.method, filled(call.path), viewer, filled(call.body));
    EXPECT_EQ(answer.status, 403U) << call.path;
    EXPECT_EQ(at(answer, "/errorCode"), "20") << call.path;
  }
}

TEST_F(ContractTest, EveryPageCanBeTurned) {
  for (const Call& call : kCalls) {
    const std::size_t at_page = call.path.find(kPage);
    if (at_page == std::string::npos || call.status != 200 || call.method != "GET") continue;
    if (call.path.find('{') != std::string::npos) continue;
    const std::string path = call.path.substr(0, at_page);
    harness.pass(seconds{1});
    const Response beyond = harness.ask("GET", path + "pageSize=1&page=100000", boss);
    EXPECT_EQ(at(beyond, "/data"), "[]") << path;
    EXPECT_EQ(at(beyond, "/hasNext"), "false") << path;
    for (const char* wrong : {"", "pageSize=1", "page=0", "pageSize=0&page=0", "pageSize=x&page=0",
                              "pageSize=1&page=-1", "pageSize=1&page=0&sortOrder=UP"}) {
      const Response refused = harness.ask("GET", path + wrong, boss);
      EXPECT_EQ(refused.status, 400U) << path << wrong;
      EXPECT_EQ(at(refused, "/errorCode"), "31") << path << wrong;
    }
  }
}

/// What TBMQ 2.3 does not have: these have tests of their own.
constexpr std::array kOwnRoutes{
    "/api/apiKey",
    "/api/audit",
    "/api/auth/logout",
    "/api/backup",
    "/api/configuration",
    "/api/client-session/queue",
    "/api/drops",
    "/api/explain",
    "/api/admin/signingKey",
    "/api/jobs",
    "/api/mqtt/publish",
    "/api/mqtt/client/credentials/dryRun",
    "/api/noauth/setup",
    "/api/openapi.yaml",
    "/api/slow-subscribers",
    "/api/stream",
    "/api/topics",
    "/api/trace",
    "/swagger-ui.html",
    "/swagger-ui/{file}",
    "/metrics",
    "/livez",
    "/readyz",
    "/startupz",
};

TEST_F(ContractTest, NoRouteOfTbmqIsLeftOut) {
  const Router router(harness.api->routes());
  std::set<std::string> called;
  const auto name_of = [](const Route& route) {
    return std::string(route.method) + " " + std::string(route.pattern);
  };
  for (const Call& call : kCalls) {
    const auto match = router.find(call.method, call.path.substr(0, call.path.find('?')));
    if (match) called.insert(name_of(*match->route));
  }
  for (const Route& route : router.routes()) {
    const bool is_own = std::ranges::any_of(
        kOwnRoutes, [&](std::string_view own) { return route.pattern.starts_with(own); });
    EXPECT_TRUE(is_own || called.contains(name_of(route))) << name_of(route);
  }
}

TEST_F(ContractTest, TheTokenOfAnotherUserIsTheirs) {
  const Response pair = harness.ask("GET", filled("/api/admin/user/{user}/token"), boss);
  const std::string token = at(pair, "/token");
  EXPECT_EQ(at(harness.ask("GET", "/api/auth/user", token), "/email"), "leaving@example.com");
  EXPECT_EQ(harness.ask("POST", "/api/admin/settings", token, "{}").status, 403U);

  harness.context->allows_login_as = false;
  EXPECT_EQ(get("/api/admin/user/tokenAccessEnabled").body, "false");
  const Response refused = harness.ask("GET", filled("/api/admin/user/{user}/token"), boss);
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(at(refused, "/errorCode"), "20");
}

TEST_F(ContractTest, TheFirstAdministratorIsMadeByTheTokenOfTheStart) {
  testing::Harness fresh;
  const auto token = fresh.api->services().setup.prepare();
  ASSERT_TRUE(token && *token);
  const auto set_up = [&](const std::string& given) {
    return fresh.ask("POST", "/api/noauth/setup", "",
                     R"({"token": ")" + given + R"(", "email": "first@example.com",
                         "password": "violet-tractor-umbra-91"})");
  };
  const Response wrong = set_up("guess");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(shapes.check(parse(wrong), "Error"), "") << wrong.body;
  const Response pair = set_up(**token);
  EXPECT_EQ(shapes.check(parse(pair), "TokenPair"), "") << pair.body;
  EXPECT_EQ(at(fresh.ask("GET", "/api/auth/user", at(pair, "/token")), "/authority"), "SYS_ADMIN");
  EXPECT_EQ(set_up(**token).status, 401U) << "once";
}

TEST_F(ContractTest, TheKeysOfErrorsAreTbmqs) {
  EXPECT_EQ(at(harness.ask("GET", "/api/client-session?clientId=unknown", boss), "/errorCode"),
            "32");
  EXPECT_EQ(at(harness.ask("POST", "/api/mqtt/publish", boss, "{"), "/errorCode"), "31");
  EXPECT_EQ(at(harness.ask("GET", "/api/nothing", boss), "/errorCode"), "32");
  const Response wrong = harness.log_in("boss@example.com", "wrong");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(at(wrong, "/errorCode"), "10");
  EXPECT_EQ(
      shapes.check(parse(harness.log_in("boss@example.com", testing::kPassword)), "TokenPair"), "");
}

}  // namespace
}  // namespace sluice::admin
