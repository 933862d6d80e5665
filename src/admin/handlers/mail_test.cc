// Mail by REST: settings and their test, invitations, new passwords by a link.
#include <thread>

#include "admin/login/secrets.h"
#include "admin/server/http_server.h"
#include "admin/testing/http_peer.h"
#include "admin/testing/local_admin.h"
#include "admin/testing/smtp_peer.h"

namespace sluice::admin {
namespace {

using testing::Harness;
using testing::kEmail;
using testing::SmtpPeer;
namespace json = boost::json;

constexpr const char* kNewPassword = "amber-tractor-umbra-17";

class MailTest : public testing::LocalAdminTest {
 protected:
  MailTest() {
    harness.add_user(kEmail, "SYS_ADMIN");
    token = harness.token_of(kEmail);
    id = at(harness.ask("GET", "/api/auth/user", token), "/id");
    save(setting("mail", mail_value()));
    save(setting("general", {{"baseUrl", "https://broker.example.com/"}}));
  }

  json::object mail_value() const {
    return {{"smtpHost", "127.0.0.1"}, {"smtpPort", peer.port()}, {"timeout", 5000}};
  }
  static std::string setting(const std::string& key, const json::object& value) {
    return json::serialize(json::object{{"key", key}, {"jsonValue", value}});
  }
  void save(const std::string& body) {
    const Response saved = post("/api/admin/settings", body);
    ASSERT_EQ(saved.status, 200U) << saved.body;
  }
  Response ask_for_link(const std::string& email, const std::string& address = "192.0.2.1") {
    RequestHead head;
    head.method = "POST";
    head.target = "/api/noauth/resetPasswordByEmail";
    head.address = address;
    return harness.ask(head, json::serialize(json::object{{"email", email}}));
  }
  Response follow(const std::string& reset_token) {
    return harness.ask("GET", "/api/noauth/resetPassword?resetToken=" + reset_token, "");
  }
  Response reset(const std::string& reset_token, const std::string& password) {
    return harness.ask(
        "POST", "/api/noauth/resetPassword", "",
        json::serialize(json::object{{"resetToken", reset_token}, {"password", password}}));
  }
  Response invite(const std::string& email) {
    return post("/api/admin", R"({"email": ")" + email + R"(", "authority": "VIEWER"})");
  }
  /// Of the link in the mail number `count`.
  std::string mailed_token(std::size_t count = 1) {
    const std::string text = testing::decoded_text(peer.wait_for_mail(count).text);
    const std::string start = "https://broker.example.com/api/noauth/resetPassword?resetToken=";
    const std::size_t at = text.find(start);
    if (at == std::string::npos) return "no link in " + text;
    return text.substr(at + start.size(), text.find("\r\n", at) - at - start.size());
  }
  void expect_refused(const std::string& reset_token) {
    EXPECT_EQ(follow(reset_token).status, 409U);
    const Response refused = reset(reset_token, kNewPassword);
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(at(refused, "/errorCode"), "10");
  }

  SmtpPeer peer;
  std::string token;
  std::string id;  // of who has it
};

TEST_F(MailTest, ATestMailGoesToWhoAsksByTheSettingsGiven) {
  save(setting("mail", {{"smtpHost", "nowhere.invalid"}}));
  const Response sent =
      harness.ask("POST", "/api/admin/settings/testMail", token, setting("mail", mail_value()));
  EXPECT_EQ(sent.status, 200U) << sent.body;
  EXPECT_EQ(sent.body, "");
  EXPECT_EQ(peer.wait_for_mail().commands[2], "RCPT TO:<boss@example.com>");
  EXPECT_EQ(at(get("/api/admin/settings/mail"), "/jsonValue/smtpHost"), "nowhere.invalid");
}

TEST_F(MailTest, ATestMailUsesTheStoredPasswordThatNobodyIsShown) {
  SmtpPeer closed({.login = "mailer:s3cret"});
  json::object value = mail_value();
  value["smtpPort"] = closed.port();
  value["username"] = "mailer";
  value["password"] = "s3cret";
  save(setting("mail", value));
  const Response shown = get("/api/admin/settings/mail");
  EXPECT_EQ(shown.body.find("s3cret"), std::string::npos);
  EXPECT_EQ(harness.ask("POST", "/api/admin/settings/testMail", token, shown.body).status, 200U);
  EXPECT_EQ(closed.mail_count(), 1U);
  EXPECT_EQ(get("/api/audit?pageSize=100&page=0").body.find("s3cret"), std::string::npos);
}

TEST_F(MailTest, ATestMailThatCannotBeSentSaysWhy) {
  json::object value = mail_value();
  value["enableTls"] = true;
  const Response refused =
      harness.ask("POST", "/api/admin/settings/testMail", token, setting("mail", value));
  EXPECT_EQ(refused.status, 500U);
  EXPECT_EQ(at(refused, "/errorCode"), "2");
  EXPECT_NE(at(refused, "/message").find("Unable to send mail: the mail server 127.0.0.1"),
            std::string::npos)
      << refused.body;
}

TEST_F(MailTest, WhatCannotBeMailSettingsIsRefused) {
  const std::vector<json::object> wrong{
      {{"mailFrom", "nobody"}},  {{"mailFrom", "a@x\r\nBcc: b@x"}},
      {{"smtpHost", "x/y@z"}},   {{"smtpPort", 0}},
      {{"smtpPort", 65536}},     {{"smtpProtocol", "http"}},
      {{"tlsVersion", "TLSv1"}}, {{"timeout", 0}},
      {{"timeout", 60001}},      {{"username", "a\r\nRCPT"}},
      {{"enableProxy", true}},   {{"enableProxy", true}, {"proxyHost", "h"}},
  };
  for (const json::object& value : wrong) {
    const std::string body = setting("mail", value);
    EXPECT_EQ(post("/api/admin/settings", body).status, 400U) << body;
    const Response refused = harness.ask("POST", "/api/admin/settings/testMail", token, body);
    EXPECT_EQ(refused.status, 400U) << body;
    EXPECT_EQ(at(refused, "/errorCode"), "31") << body;
  }
  EXPECT_EQ(at(get("/api/admin/settings/mail"), "/jsonValue/smtpHost"), "127.0.0.1");
}

TEST_F(MailTest, WithoutAServerOfMailsThisIsSaid) {
  save(setting("mail", {{"smtpHost", ""}}));
  for (const Response& refused :
       {ask_for_link(kEmail), ask_for_link("nobody@example.com"), invite("new@example.com"),
        harness.ask("POST", "/api/admin/settings/testMail", token,
                    setting("mail", {{"smtpHost", ""}}))}) {
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(at(refused, "/message"),
              "Mail is not set up: smtpHost of the settings 'mail' is empty");
  }
}

TEST_F(MailTest, AKeyHasNoAddressForATestMail) {
  EXPECT_EQ(post("/api/admin/settings/testMail", setting("mail", mail_value())).status, 400U);
}

TEST_F(MailTest, ALinkSetsAPasswordOnce) {
  EXPECT_EQ(ask_for_link("Boss@Example.com").status, 200U);
  const std::string link = mailed_token();
  EXPECT_EQ(link.size(), 43U) << "256 bits";
  const Response followed = follow(link);
  EXPECT_EQ(followed.status, 303U);
  EXPECT_EQ(followed.headers.back().second, "/login/resetPassword?resetToken=" + link);
  EXPECT_EQ(reset(link, "short").status, 400U) << "the link is still good";

  const Response done = reset(link, kNewPassword);
  EXPECT_EQ(done.status, 200U) << done.body;
  EXPECT_EQ(harness.ask("GET", "/api/auth/user", token).status, 401U) << "logins have ended";
  EXPECT_EQ(harness.ask("GET", "/api/auth/user", at(done, "/token")).status, 200U);
  EXPECT_EQ(harness.log_in(kEmail, kNewPassword).status, 200U);
  expect_refused(link);

  const std::string notice = testing::decoded_text(peer.wait_for_mail(2).text);
  EXPECT_NE(notice.find("was set by the link"), std::string::npos) << notice;
}

TEST_F(MailTest, ALinkEndsByTimeByTheNextAndByAnotherPassword) {
  (void)ask_for_link(kEmail);
  const std::string first = mailed_token(1);
  (void)ask_for_link(kEmail);
  const std::string second = mailed_token(2);
  expect_refused(first);
  EXPECT_EQ(follow(second).status, 303U);
  harness.pass(std::chrono::hours{1});
  expect_refused(second);

  (void)ask_for_link(kEmail);
  const std::string third = mailed_token(3);
  EXPECT_EQ(follow(third).status, 303U);
  (void)post("/api/admin", R"({"id": ")" + id + R"(", "password": ")" + kNewPassword + R"("})");
  expect_refused(third);

  (void)ask_for_link(kEmail);
  const std::string fourth = mailed_token(4);
  (void)post("/api/admin", R"({"id": ")" + id + R"(", "email": "other@example.com"})");
  expect_refused(fourth);
}

TEST_F(MailTest, TheStoreHasNoTokenThatCouldBeUsed) {
  (void)ask_for_link(kEmail);
  const std::string link = mailed_token();
  const auto now = harness.wall;
  EXPECT_FALSE(*harness.store->password_links().find(link, now));
  EXPECT_TRUE(*harness.store->password_links().find(sha256(link), now));
}

TEST_F(MailTest, NobodyLearnsWhoHasAnAccount) {
  harness.add_user("off@example.com", "VIEWER");
  const std::string off =
      at(harness.ask("GET", "/api/auth/user", harness.token_of("off@example.com")), "/id");
  (void)post("/api/admin", R"({"id": ")" + off + R"(", "enabled": false})");
  const Response known = ask_for_link(kEmail);
  for (const char* const email : {"nobody@example.com", "off@example.com"}) {
    const Response other = ask_for_link(email);
    EXPECT_EQ(other.status, known.status);
    EXPECT_EQ(other.body, known.body);
    EXPECT_EQ(last_audit(), std::string("REQUEST_PASSWORD_RESET USER ") + email);
  }
  (void)ask_for_link(kEmail);
  EXPECT_EQ(peer.wait_for_mail(2).commands[2], "RCPT TO:<boss@example.com>")
      << "the others got none";
}

TEST_F(MailTest, AMailboxIsNotFlooded) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_for_link(kEmail).status, 200U);
  for (const char* const email : {kEmail, "BOSS@example.com"}) {
    const Response refused = ask_for_link(email, "198.51.100.7");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_EQ(refused.headers.back().first, "Retry-After");
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_for_link("nobody@example.com").status, 200U);
  EXPECT_EQ(ask_for_link("nobody@example.com").status, 429U) << "as for those who exist";
}

TEST_F(MailTest, AnAddressAsksAFewTimesOnly) {
  unsigned refused = 0;
  for (int i = 0; i < 25; ++i) {
    refused += ask_for_link("user" + std::to_string(i) + "@example.com").status == 429;
  }
  EXPECT_EQ(refused, 5U);
}

TEST_F(MailTest, AUserWithoutAPasswordIsInvited) {
  const Response invited = invite("new@example.com");
  EXPECT_EQ(invited.status, 200U) << invited.body;
  EXPECT_EQ(at(invited, "/email"), "new@example.com");
  EXPECT_EQ(last_audit(), "CREATE USER new@example.com");
  EXPECT_EQ(harness.log_in("new@example.com", "").status, 400U);
  const std::string link = mailed_token();
  harness.pass(std::chrono::hours{23});
  EXPECT_EQ(reset(link, kNewPassword).status, 200U);
  EXPECT_EQ(harness.log_in("new@example.com", kNewPassword).status, 200U);
}

TEST_F(MailTest, AnInvitationThatCannotBeSentMakesNoUser) {
  EXPECT_EQ(invite(kEmail).status, 400U) << "taken";
  EXPECT_EQ(peer.mail_count(), 0U);
  save(setting("mail", {{"smtpHost", "nowhere.invalid"}}));
  const Response failed = invite("new@example.com");
  EXPECT_EQ(failed.status, 500U);
  EXPECT_NE(at(failed, "/message").find("cannot be reached"), std::string::npos) << failed.body;
  EXPECT_EQ(at(get("/api/admin?pageSize=10&page=0"), "/totalElements"), "1");
}

TEST_F(MailTest, OthersAreAnsweredWhileAMailWaits) {
  using testing::HttpPeer;
  auto silent = std::make_unique<SmtpPeer>(SmtpPeer::Options{.is_silent = true});
  json::object value = mail_value();
  value["smtpPort"] = silent->port();
  value["timeout"] = 60'000;
  auto server = HttpServer::make({}, *harness.api);
  ASSERT_TRUE(server) << server.error().what;
  std::thread thread([&] { (*server)->run(); });
  const std::string header = "X-Authorization: Bearer " + token + "\r\n";

  HttpPeer waiting = HttpPeer::tcp((*server)->port());
  waiting.request("POST", "/api/admin/settings/testMail", setting("mail", value), header);
  silent->wait_for_connection();
  HttpPeer other = HttpPeer::tcp((*server)->port());
  EXPECT_EQ(HttpPeer::status(other.ask("GET", "/api/auth/user", "", header)), 200);
  silent.reset();  // hangs up
  const std::string answer = waiting.read_answer();
  EXPECT_EQ(HttpPeer::status(answer), 500);
  EXPECT_EQ(answer.find("did not answer"), std::string::npos) << "it was not the time: " << answer;

  (*server)->stop();
  thread.join();
}

TEST_F(MailTest, LinksBeginWithTheConfiguredAddressOnly) {
  save(setting("general", {{"baseUrl", "javascript:alert(1)"}}));
  const Response refused = ask_for_link(kEmail);
  EXPECT_EQ(refused.status, 400U);
  EXPECT_NE(at(refused, "/message").find("baseUrl"), std::string::npos);
}

}  // namespace
}  // namespace sluice::admin
