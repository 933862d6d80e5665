// Checks of reliability.md section 7 that need the finished program: what an administrator does
// leaves a trace, what is secret leaves none, and files are their owner's.

#include "security/administration.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

namespace sluice::security {
namespace {

class AdminCheck : public ::testing::Test {
 protected:
  explicit AdminCheck(std::vector<std::string> settings = {})
      : broker({.settings = std::move(settings), .is_guarded = true}) {}

  std::string entries() {
    const std::string page =
        administration.do_it("GET", "/api/audit?pageSize=1&page=0&sortOrder=DESC");
    return page.substr(page.find("\"totalElements\":"));
  }
  std::string log_in() {
    return text_member(
        administration.do_it(
            "POST", "/api/auth/login",
            R"({"username": "admin@localhost", "password": "violet-tractor-umbra-91"})"),
        "token");
  }

  TestBroker broker;
  Administration administration{broker};
};

class AuditLog : public AdminCheck {
 protected:
  void expect_entry(const std::string& what, const std::function<void()>& change) {
    const std::string before = entries();
    change();
    EXPECT_NE(entries(), before) << what;
  }
  void expect_entry(const std::string& method, const std::string& target,
                    const std::string& body = "", const std::string& headers = "") {
    expect_entry(method + " " + target, [&] {
      const auto answer = administration.ask(method, target, body, headers);
      EXPECT_EQ(answer.status, 200) << target << answer.body;
    });
  }
};

TEST_F(AuditLog, HasAnEntryForEachKindOfChange) {
  std::string id;
  const auto create = [&](const std::string& target, const std::string& body) {
    expect_entry(target,
                 [&] { id = text_member(administration.do_it("POST", target, body), "id"); });
  };
  create("/api/admin", R"({"email": "eve@example.com", "password": "heron-basalt-quill-77",
                           "authority": "VIEWER"})");
  expect_entry("POST", "/api/admin",
               R"({"id": ")" + id + R"(", "email": "eve@example.com", "authority": "OPERATOR"})");
  expect_entry("DELETE", "/api/admin/" + id);
  create("/api/apiKey", R"({"name": "k", "role": "VIEWER"})");
  expect_entry("DELETE", "/api/apiKey/" + id);

  expect_entry("create credentials", [&] { id = administration.add_user("u", "null"); });
  expect_entry("change rules", [&] { administration.change_rules(id, "u", may({"t"})); });
  Peer subject = broker.connected(connect_as_user("subject", "u"));
  expect_entry("DELETE", "/api/client-session/disconnect?clientId=subject");
  expect_entry("POST", kCredentials + ("/" + id), R"({"newPassword": "other-password"})");
  expect_entry("delete credentials", [&] { administration.delete_credentials(id); });
  expect_entry("POST", kCredentials + std::string("/bulk_import"),
               R"({"file": "name;user\nmeter;m\n", "mapping": {"delimiter": ";", "header": true,
                   "columns": [{"type": "NAME"}, {"type": "USERNAME"}]}})");

  const std::string basic =
      text_member(administration.do_it("GET", "/api/mqtt/auth/provider/type/MQTT_BASIC"), "id");
  expect_entry("POST", "/api/mqtt/auth/provider/" + basic + "/disable");
  expect_entry("POST", "/api/mqtt/auth/provider/" + basic + "/enable");
  expect_entry("POST", "/api/mqtt/auth/provider",
               R"({"type": "X_509", "enabled": false, "configuration": {}})");
  expect_entry("POST", "/api/blockedClient", R"({"type": "CLIENT_ID", "clientId": "x"})");
  expect_entry("DELETE", "/api/blockedClient?type=CLIENT_ID&value=x");
  expect_entry("DELETE", "/api/unauthorized/client");

  expect_entry("POST", "/api/admin/settings",
               R"({"key": "general", "jsonValue": {"baseUrl": "http://broker.example.com"}})");
  expect_entry("POST", "/api/admin/securitySettings",
               R"({"passwordPolicy": {"minimumLength": 14}})");
  expect_entry("POST", "/api/admin/signingKey/rotate");
  std::string token;
  expect_entry("login", [&] { token = log_in(); });
  const std::string bearer = "X-Authorization: Bearer " + token + "\r\n";
  expect_entry("a login that fails", [&] {
    administration.ask("POST", "/api/auth/login",
                       R"({"username": "admin@localhost", "password": "wrong"})");
  });
  expect_entry("POST", "/api/auth/changePassword",
               R"({"currentPassword": "violet-tractor-umbra-91",
                   "newPassword": "heron-basalt-quill-77"})",
               bearer);
  const std::string again =
      text_member(administration.do_it(
                      "POST", "/api/auth/login",
                      R"({"username": "admin@localhost", "password": "heron-basalt-quill-77"})"),
                  "token");
  expect_entry("POST", "/api/auth/logout", "", "X-Authorization: Bearer " + again + "\r\n");

  const std::string verdict = administration.do_it("GET", "/api/audit/verify");
  EXPECT_NE(verdict.find(R"("intact":true)"), std::string::npos) << verdict;
}

class Secrets : public AdminCheck {
 protected:
  Secrets() : AdminCheck({"log_level=debug"}) {}

  std::string secret(const std::string& of) {
    secrets_.push_back("seeded-secret-of-the-" + of + "-0123456789");
    return secrets_.back();
  }
  void expect_none_in(const std::string& text, const std::string& where) const {
    for (const std::string& each : secrets_) {
      EXPECT_EQ(text.find(each), std::string::npos) << each << " in " << where;
    }
  }

 private:
  std::vector<std::string> secrets_;
};

TEST_F(Secrets, AreInNoAnswerAuditEntryOrLogLine) {
  const auto set = [&](const std::string& target, const std::string& body) {
    expect_none_in(administration.do_it("POST", target, body), target);
  };
  set("/api/admin", R"({"email": "eve@example.com", "password": ")" + secret("user") + "\"}");
  set(kCredentials, R"({"name": "b", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
                        "credentialsValue": {"userName": "b", "password": ")" +
                        secret("client") + "\"}}");
  set(kCredentials, R"({"name": "s", "clientType": "DEVICE", "credentialsType": "SCRAM",
                        "credentialsValue": {"userName": "s", "algorithm": "SHA_256",
                                             "password": ")" +
                        secret("scram") + "\"}}");
  set("/api/mqtt/auth/provider",
      R"({"type": "HTTP", "enabled": true, "configuration": {
          "restEndpointUrl": "http://auth.example.com/", "headers": {"Authorization": "Bearer )" +
          secret("header") + R"("}, "credentials": {"type": "basic", "username": "u",
                                                    "password": ")" +
          secret("http") + "\"}}}");
  set("/api/mqtt/auth/provider",
      R"({"type": "JWT", "enabled": true, "configuration": {"jwtVerifierConfiguration": {
          "jwtVerifierType": "ALGORITHM_BASED", "jwtSignAlgorithmConfiguration": {
          "algorithm": "HMAC_BASED", "secret": ")" +
          secret("jwt") + "\"}}}}");
  set("/api/admin/settings",
      R"({"key": "mail", "jsonValue": {"username": "u", "password": ")" + secret("mail") + "\"}}");
  for (const char* user : {"b", "nobody"}) {
    Peer peer = broker.peer();
    peer.sends(connect_as("c").user_name(user).password(secret(std::string("guess-of-") + user)));
    peer.bytes_until_closed();
  }
  administration.ask("POST", "/api/auth/login",
                     R"({"username": "eve@example.com", "password": ")" + secret("typo") + "\"}");

  for (const char* target :
       {"/api/admin?pageSize=100&page=0", "/api/v2/mqtt/client/credentials?pageSize=100&page=0",
        "/api/mqtt/client/credentials?name=b", "/api/mqtt/client/credentials?name=s",
        "/api/mqtt/auth/providers?pageSize=100&page=0", "/api/mqtt/auth/provider/type/HTTP",
        "/api/mqtt/auth/provider/type/JWT", "/api/admin/settings/mail", "/api/audit/export",
        "/api/audit?pageSize=100&page=0", "/api/unauthorized/client/v2?pageSize=100&page=0"}) {
    expect_none_in(administration.do_it("GET", target), target);
  }
  broker.signal(SIGUSR1);
  EXPECT_EQ(broker.stop(), 0);
  expect_none_in(broker.said(), "the log");
}

class Files : public AdminCheck {};

TEST_F(Files, WithSecretsAreTheirOwnersAlone) {
  const auto mode_of = [&](const std::string& name) {
    struct stat status {};
    EXPECT_EQ(::stat((broker.data_folder() + name).c_str(), &status), 0) << name;
    return status.st_mode & 0777U;
  };
  EXPECT_EQ(mode_of(""), 0700U);
  EXPECT_EQ(mode_of("/admin.db"), 0600U);
  EXPECT_EQ(mode_of("/admin.db-wal"), 0600U);
  EXPECT_EQ(mode_of("/admin.sock"), 0600U);

  ASSERT_EQ(broker.stop(), 0);
  std::filesystem::permissions(broker.data_folder() + "/admin.db",
                               std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto end = broker.try_to_start();
  ASSERT_TRUE(end) << "it is as good as published";
  EXPECT_NE(broker.said().find("chmod 600"), std::string::npos) << broker.said();
}

}  // namespace
}  // namespace sluice::security
