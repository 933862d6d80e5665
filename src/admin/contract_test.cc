#include "admin/testing/contract_calls.h"
#include "admin/testing/contract_shapes.h"
#include "admin/testing/local_admin.h"
#include "admin/testing/shape.h"

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
    ids["provider"] = at(get("/api/mqtt/auth/provider/type/MQTT_BASIC"), "/id");
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
    if (path == "/api/mqtt/client/credentials") ids["credentials"] = at(answer, "/id");
    if (path == "/api/ws/connection") ids["connection"] = at(answer, "/id");
    if (path == "/api/ws/subscription") ids["subscription"] = at(answer, "/id");
  }
  std::string boss;
  std::string viewer;
  std::map<std::string, std::string> ids;
  const ShapeCheck shapes{kShapes};
};

TEST_F(ContractTest, EveryCallIsAnsweredInTbmqsShape) {
  for (const Call& call : kCalls) {
    const std::string name = call.method + " " + call.path;
    harness.pass(seconds{1});
    const Response answer = ask(call, call.role ? boss : "");
    EXPECT_EQ(answer.status, call.status) << name << ": " << answer.body;
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
