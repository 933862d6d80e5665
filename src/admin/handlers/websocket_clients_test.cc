#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

using testing::kEmail;

class WebSocketClientsTest : public testing::LocalAdminTest {
 protected:
  static std::string connection(const std::string& name, const std::string& id = "") {
    return R"({"id": )" + (id.empty() ? "null" : "\"" + id + "\"") + R"(, "name": ")" + name +
           R"(", "configuration": {"url": "ws://localhost:8084/mqtt", "clientId": "c",
               "password": "hidden-words", "keepAlive": 60, "keepAliveUnit": "SECONDS"}})";
  }
  static std::string subscription(const std::string& connection_id, const std::string& filter) {
    return R"({"webSocketConnectionId": ")" + connection_id +
           R"(", "configuration": {"topicFilter": ")" + filter +
           R"(", "qos": 1, "color": "#112233", "options": {"noLocal": true}}})";
  }
  std::string save(const std::string& name) {
    return at(post("/api/ws/connection", connection(name)), "/id");
  }
};

TEST_F(WebSocketClientsTest, AreKeptWithoutTheirPassword) {
  const Response saved = post("/api/ws/connection", connection("one"));

  ASSERT_EQ(saved.status, 200U) << saved.body;
  const Response shown = get("/api/ws/connection/" + at(saved, "/id"));
  EXPECT_EQ(shown.body, saved.body);
  EXPECT_EQ(at(shown, "/configuration/keepAliveUnit"), "SECONDS");
  EXPECT_EQ(at(shown, "/userId"), "local");
  EXPECT_EQ(shown.body.find("hidden-words"), std::string::npos);
  EXPECT_EQ(last_audit(), "CREATE WS_CONNECTION one");
  EXPECT_EQ(get("/api/ws/connection?name=one").body, saved.body);
  EXPECT_EQ(at(get("/api/ws/connection?pageSize=5&page=0"), "/data/0/clientId"), "c");
}

TEST_F(WebSocketClientsTest, AreChangedAndRemoved) {
  const std::string id = save("one");
  (void)save("two");
  EXPECT_EQ(post("/api/ws/connection", connection("two", id)).status, 400U) << "the name is taken";
  EXPECT_EQ(at(post("/api/ws/connection", connection("three", id)), "/id"), id);
  EXPECT_EQ(post("/api/ws/connection", connection("x", "unknown")).status, 404U);
  EXPECT_EQ(remove("/api/ws/connection/" + id).status, 200U);
  EXPECT_EQ(get("/api/ws/connection/" + id).status, 404U);
}

TEST_F(WebSocketClientsTest, AreTheCallersOwn) {
  const std::string id = save("one");
  const std::string subscribed = at(post("/api/ws/subscription", subscription(id, "a")), "/id");
  harness.add_user(kEmail, "SYS_ADMIN");
  const std::string token = harness.token_of(kEmail);

  EXPECT_EQ(harness.ask("GET", "/api/ws/connection/" + id, token).status, 404U);
  EXPECT_EQ(harness.ask("DELETE", "/api/ws/connection/" + id, token).status, 404U);
  EXPECT_EQ(harness.ask("GET", "/api/ws/subscription/" + subscribed, token).status, 404U);
  EXPECT_EQ(harness.ask("POST", "/api/ws/connection", token, connection("x", id)).status, 404U);
  EXPECT_EQ(harness.ask("POST", "/api/ws/subscription", token, subscription(id, "b")).status, 404U);
  EXPECT_EQ(harness.ask("POST", "/api/ws/connection", token, connection("one")).status, 200U);
  EXPECT_EQ(at(get("/api/ws/connection?pageSize=5&page=0"), "/totalElements"), "1");
}

TEST_F(WebSocketClientsTest, HaveSubscriptionsThatGoWithThem) {
  const std::string id = save("one");
  const Response saved = post("/api/ws/subscription", subscription(id, "a/#"));
  ASSERT_EQ(saved.status, 200U) << saved.body;
  const std::string path = "/api/ws/subscription/" + at(saved, "/id");

  EXPECT_EQ(at(get(path), "/configuration/color"), "#112233");
  const std::string list = "/api/ws/subscription?pageSize=5&page=0&webSocketConnectionId=";
  EXPECT_EQ(at(get(list + id), "/data/0/configuration/topicFilter"), "a/#");
  EXPECT_EQ(get(list + "unknown").status, 404U);

  EXPECT_EQ(remove("/api/ws/connection/" + id).status, 200U);
  EXPECT_EQ(get(path).status, 404U);
}

TEST_F(WebSocketClientsTest, ASubscriptionStaysWithItsConnection) {
  const std::string one = save("one");
  const std::string two = save("two");
  const std::string id = at(post("/api/ws/subscription", subscription(one, "a")), "/id");
  std::string moved = subscription(two, "a");
  moved.insert(1, R"("id": ")" + id + R"(", )");
  EXPECT_EQ(post("/api/ws/subscription", moved).status, 400U);
  EXPECT_EQ(remove("/api/ws/subscription/" + id).status, 200U);
  EXPECT_EQ(remove("/api/ws/subscription/" + id).status, 404U);
}

TEST_F(WebSocketClientsTest, ThatCannotBeAreRefused) {
  for (const char* body :
       {R"({})", R"({"name": "x"})", R"({"name": "x", "configuration": {"url": "ws://x"}})",
        R"({"name": "x", "configuration": {"url": "ws://x", "clientId": "c", "mqttVersion": 9}})",
        R"({"name": "x", "configuration": {"url": "ws://x", "clientId": "c", "keepAlive": -1}})"}) {
    EXPECT_EQ(post("/api/ws/connection", body).status, 400U) << body;
  }
  const std::string id = save("one");
  EXPECT_EQ(post("/api/ws/subscription", subscription(id, "")).status, 400U);
}

TEST_F(WebSocketClientsTest, GoWithTheirUser) {
  harness.add_user(kEmail, "SYS_ADMIN");
  harness.add_user("other@example.com", "SYS_ADMIN");
  const std::string token = harness.token_of(kEmail);
  const std::string user = at(harness.ask("GET", "/api/auth/user", token), "/id");
  ASSERT_EQ(harness.ask("POST", "/api/ws/connection", token, connection("one")).status, 200U);

  ASSERT_EQ(remove("/api/admin/" + user).status, 200U);

  const auto left = harness.store->websocket_connections().page(user, {});
  EXPECT_EQ(left->total_elements, 0U);
}

}  // namespace
}  // namespace sluice::admin
