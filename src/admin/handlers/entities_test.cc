#include <gtest/gtest.h>

#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

using testing::Harness;
using testing::kEmail;
using testing::kPassword;
namespace json = boost::json;
using Calls = std::vector<std::string>;

/// Acts as the local ADMIN; who may do what is a matter of routes_test.cc.
class EntitiesTest : public ::testing::Test {
 protected:
  Response post(const std::string& path, const std::string& body = "") {
    return harness.ask_locally("POST", path, body);
  }
  Response get(const std::string& path) { return harness.ask_locally("GET", path); }
  Response remove(const std::string& path) { return harness.ask_locally("DELETE", path); }
  static std::string text(const Response& response, std::string_view member) {
    return Harness::text(response, member);
  }
  std::string last_action() {
    const Response page =
        get("/api/audit?pageSize=1&page=0&sortProperty=createdTime&sortOrder=DESC");
    harness.pass(milliseconds{1});  // so that the next one is later
    return json::parse(page.body).at("data").at(0).at("actionType").as_string().c_str();
  }
  Response save_basic(const std::string& id, const std::string& client_id,
                      const std::string& rules = "null") {
    json::object body{{"name", "meter"},
                      {"clientType", "DEVICE"},
                      {"credentialsType", "MQTT_BASIC"},
                      {"credentialsValue",
                       R"({"clientId": ")" + client_id + R"(", "authRules": )" + rules + "}"}};
    if (!id.empty()) body["id"] = id;
    return post(kCredentials, json::serialize(body));
  }

  static constexpr const char* kCredentials = "/api/mqtt/client/credentials";
  Harness harness;
};

TEST_F(EntitiesTest, CredentialsLiveFromCreationToDeletion) {
  const Response made =
      post(kCredentials,
           R"({"name": "meter", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
          "credentialsValue": "{\"userName\": \"u\", \"password\": \"secret-of-meter\"}"})");
  ASSERT_EQ(made.status, 200U) << made.body;
  const std::string id = text(made, "id");
  const std::string path = std::string(kCredentials) + "/" + id;
  EXPECT_EQ(last_action(), "CREATE");
  EXPECT_EQ(text(get(std::string(kCredentials) + "?name=meter"), "id"), id);
  EXPECT_EQ(text(get(std::string(kCredentials) + "/info"), "totalCount"), "1");

  EXPECT_EQ(post(path, R"({"currentPassword": "x", "newPassword": "y"})").status, 400U);
  harness.broker.calls.clear();
  EXPECT_EQ(post(path, R"({"currentPassword": "secret-of-meter", "newPassword": "new"})").status,
            200U);
  EXPECT_EQ(harness.broker.calls, Calls{"forget " + id});

  harness.broker.calls.clear();
  EXPECT_EQ(remove(path).status, 200U);
  EXPECT_EQ(harness.broker.calls, (Calls{"forget " + id, "gone " + id}));
  EXPECT_EQ(last_action(), "DELETE");
  EXPECT_EQ(get(path).status, 404U);
}

TEST_F(EntitiesTest, CredentialsShowNoSecret) {
  const Response made =
      post(kCredentials,
           R"({"name": "s", "clientType": "DEVICE", "credentialsType": "SCRAM", "credentialsValue":
          {"userName": "u", "password": "secret-of-scram", "algorithm": "SHA_256"}})");
  ASSERT_EQ(made.status, 200U) << made.body;
  const Response shown = get(std::string(kCredentials) + "/" + text(made, "id"));
  const Response audit = get("/api/audit/export");
  for (const Response* answer : {&made, &shown, &audit}) {
    EXPECT_EQ(answer->body.find("secret-of-scram"), std::string::npos);
    EXPECT_EQ(answer->body.find("storedKey\\\":\\\""), std::string::npos) << answer->body;
  }
}

TEST_F(EntitiesTest, CredentialsTellTheBrokerWhatChanged) {
  const std::string id = text(save_basic("", "c"), "id");
  harness.broker.calls.clear();
  EXPECT_EQ(save_basic(id, "c", R"({"pubAuthRulePatterns": ["a"]})").status, 200U);
  EXPECT_EQ(harness.broker.calls, (Calls{"forget " + id, "rules " + id}));
  harness.broker.calls.clear();
  EXPECT_EQ(save_basic(id, "other").status, 200U);
  EXPECT_EQ(harness.broker.calls, (Calls{"forget " + id, "gone " + id}));
}

TEST_F(EntitiesTest, CredentialsAreRefusedInWords) {
  EXPECT_EQ(save_basic("", "c", R"({"pubAuthRulePatterns": ["("]})").status, 400U);
  EXPECT_EQ(save_basic("", "").status, 400U);
  EXPECT_EQ(save_basic("", "c").status, 200U);
  const Response taken = save_basic("", "d");
  EXPECT_EQ(taken.status, 400U);
  EXPECT_NE(text(taken, "message").find("exists"), std::string::npos) << taken.body;
  EXPECT_EQ(get("/api/v2/mqtt/client/credentials?pageSize=9&page=0&clientTypeList=SPOON").status,
            400U);
  EXPECT_EQ(get("/api/v2/mqtt/client/credentials?pageSize=9&page=0&sortProperty=spoon").status,
            400U);
}

TEST_F(EntitiesTest, ADryRunAsksAndChangesNothing) {
  const std::string id = text(save_basic("", "c"), "id");
  const std::string before = get(std::string(kCredentials) + "/" + id).body;
  harness.broker.calls.clear();
  const Response gone = post(std::string(kCredentials) + "/dryRun", R"({"id": ")" + id + R"("})");
  EXPECT_EQ(gone.body,
            R"({"checkedClients":2,"affectedClients":1,"clients":[{"clientId":"meter-1",)"
            R"("topicFilters":["a/#"]}]})");
  (void)post(std::string(kCredentials) + "/dryRun",
             R"({"id": ")" + id + R"(", "name": "meter", "clientType": "DEVICE",
                 "credentialsType": "MQTT_BASIC", "credentialsValue": "{\"clientId\": \"c\"}"})");
  EXPECT_EQ(harness.broker.calls, (Calls{"losses gone " + id, "losses rules " + id}));
  EXPECT_EQ(get(std::string(kCredentials) + "/" + id).body, before);
}

TEST_F(EntitiesTest, AFileOfCredentialsIsImportedLineByLine) {
  (void)save_basic("", "old");  // is named meter
  const json::object body{
      {"file",
       "name;type;user;password;rules\n"
       "meter;DEVICE;m;pw1;a/.*|b\n"
       "\"with;delimiter\";APPLICATION;w;pw2;\n"
       "bad;SPOON;x;;\n"
       "short;DEVICE\n"
       "nobody;DEVICE;;;\n"},
      {"mapping",
       json::parse(R"({"columns": [{"type": "NAME"}, {"type": "CLIENT_TYPE"}, {"type": "USERNAME"},
                       {"type": "PASSWORD"}, {"type": "PUB_AUTH_RULE_PATTERNS"}],
                       "delimiter": ";", "authRulesDelimiter": "|", "header": true})")}};
  harness.broker.calls.clear();
  const Response answer = post(std::string(kCredentials) + "/bulk_import", json::serialize(body));
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(text(answer, "created"), "1") << answer.body;
  EXPECT_EQ(text(answer, "updated"), "1");
  EXPECT_EQ(text(answer, "errors"), "3");
  EXPECT_NE(answer.body.find("Line 4: 'SPOON' is no client type"), std::string::npos);
  EXPECT_NE(answer.body.find("Line 5: it has 2 columns, not 5"), std::string::npos);
  ASSERT_EQ(harness.broker.calls.size(), 2U);
  EXPECT_TRUE(harness.broker.calls[1].starts_with("gone ")) << "it is found by another key now";
  const auto kept = harness.store->credentials().find_by_name("meter");
  ASSERT_TRUE(kept && *kept);
  const auth::BasicCredentials& basic = *(*kept)->value.basic;
  EXPECT_EQ(basic.username, "m");
  EXPECT_TRUE(basic.password_hash.starts_with("$2"));
  EXPECT_EQ(basic.rules->publish.patterns, (std::vector<std::string>{"a/.*", "b"}));
}

TEST_F(EntitiesTest, AFileThatIsNoFileChangesNothing) {
  const std::string path = std::string(kCredentials) + "/bulk_import";
  EXPECT_EQ(post(path, R"({"file": "a", "mapping": {"columns": [{"type": "USERNAME"}]}})").status,
            400U);
  EXPECT_EQ(post(path, R"({"file": "\"a", "mapping": {"columns": [{"type": "NAME"}]}})").status,
            400U);
  EXPECT_EQ(post(path, R"({"file": "a", "mapping": {"columns": [{"type": "NAME"}],
                           "delimiter": ";;"}})")
                .status,
            400U);
}

TEST_F(EntitiesTest, ProvidersAreListedAndTurnedOnWhenTheyCouldWork) {
  const Response list = get("/api/mqtt/auth/providers?pageSize=10&page=0");
  EXPECT_EQ(text(list, "totalElements"), "5") << list.body;
  const std::string http = text(get("/api/mqtt/auth/provider/type/HTTP"), "id");
  EXPECT_EQ(post("/api/mqtt/auth/provider/" + http + "/enable").status, 400U) << "has no address";
  EXPECT_EQ(get("/api/mqtt/auth/provider/basic/strategy").body, R"("CLIENT_ID_AND_USERNAME")");
}

TEST_F(EntitiesTest, AProviderTellsTheBrokerAndHidesItsSecrets) {
  const Response saved = post("/api/mqtt/auth/provider",
                              R"({"type": "HTTP", "enabled": true, "configuration": {"type": "HTTP",
          "restEndpointUrl": "https://auth.example.com/", "credentials":
          {"type": "basic", "username": "u", "password": "secret-of-http"}}})");
  ASSERT_EQ(saved.status, 200U) << saved.body;
  EXPECT_EQ(saved.body.find("secret-of-http"), std::string::npos);
  EXPECT_EQ(harness.broker.calls, (Calls{"configure", "policy", "provider"}));
  ASSERT_TRUE(harness.broker.chain.http);
  EXPECT_EQ(harness.broker.chain.http->login.password, "secret-of-http");

  // What is shown masked may be sent back.
  const std::string shown = get("/api/mqtt/auth/provider/type/HTTP").body;
  harness.broker.calls.clear();
  EXPECT_EQ(post("/api/mqtt/auth/provider", shown).status, 200U);
  EXPECT_EQ(harness.broker.calls, Calls{}) << "nothing has changed";
  EXPECT_EQ(post("/api/mqtt/auth/provider/" + text(saved, "id") + "/disable").status, 200U);
  EXPECT_FALSE(harness.broker.chain.http);
}

TEST_F(EntitiesTest, WithoutProvidersThePolicyAsksNone) {
  const std::string basic = text(get("/api/mqtt/auth/provider/type/MQTT_BASIC"), "id");
  EXPECT_EQ(post("/api/mqtt/auth/provider/" + basic + "/disable").status, 200U);
  ASSERT_TRUE(harness.broker.policy);
  EXPECT_FALSE(harness.broker.policy->asks_providers);
  EXPECT_FALSE(harness.broker.policy->allows_anonymous);
}

TEST_F(EntitiesTest, TheOrderOfProvidersIsASetting) {
  EXPECT_EQ(
      post("/api/admin/settings",
           R"({"key": "mqttAuthorization", "jsonValue": {"priorities": ["JWT", "MQTT_BASIC"]}})")
          .status,
      200U);
  EXPECT_EQ(harness.broker.calls, (Calls{"configure", "policy"}));
  EXPECT_EQ(post("/api/admin/settings", R"({"key": "spoon", "jsonValue": {}})").status, 404U);
  EXPECT_EQ(get("/api/admin/settings/mail").status, 200U);
}

TEST_F(EntitiesTest, ABlockReachesTheBrokerAndIsTakenBack) {
  EXPECT_EQ(
      post("/api/blockedClient", R"({"type": "IP_ADDRESS", "ipAddress": "192.0.2.0/24"})").status,
      200U);
  ASSERT_TRUE(harness.broker.policy && harness.broker.policy->block_list);
  EXPECT_TRUE(harness.broker.policy->block_list->find("c", "u", "192.0.2.77", harness.wall));
  EXPECT_EQ(
      text(get("/api/blockedClient/v2?pageSize=9&page=0&typeList=IP_ADDRESS"), "totalElements"),
      "1");
  EXPECT_EQ(remove("/api/blockedClient?type=IP_ADDRESS&value=192.0.2.0%2F24").status, 200U);
  EXPECT_FALSE(harness.broker.policy->block_list);
  EXPECT_EQ(remove("/api/blockedClient?type=IP_ADDRESS&value=192.0.2.0%2F24").status, 404U);
}

TEST_F(EntitiesTest, ABlockThatCannotBeMadeIsRefused) {
  for (const char* body :
       {R"({"type": "IP_ADDRESS", "ipAddress": "300.0.0.1"})", R"({"type": "CLIENT_ID"})",
        R"({"type": "REGEX", "pattern": "(", "regexMatchTarget": "BY_CLIENT_ID"})",
        R"({"type": "REGEX", "pattern": "a"})", R"({"type": "SPOON", "value": "x"})",
        R"({"type": "CLIENT_ID", "clientId": "x", "expirationTime": "soon"})"}) {
    EXPECT_EQ(post("/api/blockedClient", body).status, 400U) << body;
  }
  EXPECT_EQ(harness.broker.policy, nullptr);
}

TEST_F(EntitiesTest, UnauthorizedClientsAreListedAndForgotten) {
  auto transaction = harness.store->begin();
  for (const char* id : {"a", "b"}) {
    (void)harness.store->unauthorized_clients().put(
        *transaction, {id, "192.0.2.1", harness.wall, "u", true, false, "wrong password"});
  }
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(text(get("/api/unauthorized/client/v2?pageSize=9&page=0&passwordProvidedList=true"),
                 "totalElements"),
            "2");
  EXPECT_EQ(text(get("/api/unauthorized/client?clientId=a"), "reason"), "wrong password");
  EXPECT_EQ(remove("/api/unauthorized/client?clientId=a").status, 200U);
  EXPECT_EQ(get("/api/unauthorized/client?clientId=a").status, 404U);
  EXPECT_EQ(remove("/api/unauthorized/client").status, 200U);
  EXPECT_EQ(text(get("/api/unauthorized/client?pageSize=9&page=0"), "totalElements"), "0");
}

TEST_F(EntitiesTest, UsersAreGuarded) {
  harness.add_user(kEmail, "SYS_ADMIN");
  const std::string token = harness.token_of(kEmail);
  const std::string id = text(harness.ask("GET", "/api/auth/user", token), "id");
  EXPECT_EQ(harness.ask("DELETE", "/api/admin/" + id, token).status, 403U) << "one's own";
  EXPECT_EQ(remove("/api/admin/" + id).status, 400U) << "the last administrator";
  EXPECT_EQ(post("/api/admin", R"({"id": ")" + id + R"(", "authority": "VIEWER"})").status, 400U);
  EXPECT_EQ(post("/api/admin", R"({"email": "x@example.com", "password": "sysadmin"})").status,
            400U);
  harness.add_user("x@example.com", "VIEWER");
  EXPECT_EQ(post("/api/admin",
                 std::string(R"({"email": "X@example.com", "password": ")") + kPassword + R"("})")
                .status,
            400U)
      << "the address is taken";
}

TEST_F(EntitiesTest, TokensOfOthersAreOffUnlessAllowed) {
  harness.add_user(kEmail, "SYS_ADMIN");
  harness.add_user("v@example.com", "VIEWER");
  const std::string viewer =
      text(harness.ask("GET", "/api/auth/user", harness.token_of("v@example.com")), "id");
  EXPECT_EQ(get("/api/admin/user/tokenAccessEnabled").body, "false");
  EXPECT_EQ(get("/api/admin/user/" + viewer + "/token").status, 403U);
  harness.context->allows_login_as = true;
  const Response pair = get("/api/admin/user/" + viewer + "/token");
  ASSERT_EQ(pair.status, 200U);
  EXPECT_EQ(text(harness.ask("GET", "/api/auth/user", text(pair, "token")), "email"),
            "v@example.com");
  EXPECT_EQ(last_action(), "LOGIN_AS");
}

TEST_F(EntitiesTest, TheAuditLogIsWholeAndCanBeExported) {
  (void)save_basic("", "c");
  (void)post("/api/blockedClient", R"({"type": "CLIENT_ID", "clientId": "x"})");
  EXPECT_EQ(text(get("/api/audit/verify"), "intact"), "true");
  const Response exported = get("/api/audit/export");
  EXPECT_EQ(std::count(exported.body.begin(), exported.body.end(), '\n'), 2);
  EXPECT_EQ(exported.content_type, "application/x-ndjson");
}

}  // namespace
}  // namespace sluice::admin
