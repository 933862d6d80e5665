#include <gtest/gtest.h>

#include <fstream>

#include "admin/login/password_hash.h"
#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

using testing::Harness;
using testing::kEmail;
using testing::kPassword;
namespace json = boost::json;

class LoginTest : public ::testing::Test {
 protected:
  LoginTest() { harness.add_user(kEmail, "SYS_ADMIN"); }

  Response refresh(const std::string& token) {
    return harness.ask("POST", "/api/auth/token", "",
                       json::serialize(json::object{{"refreshToken", token}}));
  }
  unsigned whoami(const std::string& token) {
    return harness.ask("GET", "/api/auth/user", token).status;
  }
  void set_policy(const std::string& members) {
    const Response saved = harness.ask_locally("POST", "/api/admin/securitySettings",
                                               R"({"passwordPolicy": {)" + members + "}}");
    ASSERT_EQ(saved.status, 200U) << saved.body;
  }
  std::uint64_t failures_logged() {
    entities::PageRequest page;
    page.page_size = 1;
    entities::AuditFilter filter;
    filter.actions = {"LOGIN"};
    return harness.store->audit_log().page(page, filter)->total_elements;
  }

  Harness harness{[] {
    config::AdminSettings settings;
    settings.requests = "";
    return settings;
  }()};
};

TEST_F(LoginTest, GivesATokenThatNamesItsOwner) {
  const Response user = harness.ask("GET", "/api/auth/user", harness.token_of(kEmail));
  EXPECT_EQ(user.status, 200U);
  EXPECT_EQ(Harness::text(user, "email"), kEmail);
  EXPECT_EQ(Harness::text(user, "authority"), "SYS_ADMIN");
}

TEST_F(LoginTest, TellsNobodyWhoExists) {
  const Response wrong = harness.log_in(kEmail, "wrong-wrong-wrong");
  const Response unknown = harness.log_in("nobody@example.com", "wrong-wrong-wrong");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(Harness::code(wrong), 10);
  EXPECT_EQ(wrong.body, unknown.body);
}

TEST_F(LoginTest, ChecksFewOfManyGuesses) {
  const std::uint64_t before = failures_logged();
  unsigned throttled = 0;
  for (int i = 0; i < 1000; ++i) {
    throttled += harness.log_in(kEmail, "guess-number-" + std::to_string(i)).status == 429;
    harness.pass(milliseconds{10});
  }
  EXPECT_LE(failures_logged() - before, 20U);
  EXPECT_GE(throttled, 980U);
  // The owner gets in from elsewhere, and the local socket is never locked.
  EXPECT_EQ(harness.log_in(kEmail, kPassword, "198.51.100.7").status, 200U);
}

TEST_F(LoginTest, SaysHowLongALockLasts) {
  for (int i = 0; i < 5; ++i) (void)harness.log_in(kEmail, "wrong-wrong-wrong");
  const Response locked = harness.log_in(kEmail, kPassword);
  EXPECT_EQ(locked.status, 429U);
  EXPECT_EQ(Harness::code(locked), 33);
  ASSERT_EQ(locked.headers.size(), 1U);
  EXPECT_EQ(locked.headers[0], (std::pair<std::string, std::string>("Retry-After", "1")));
  harness.pass(seconds{1});
  EXPECT_EQ(harness.log_in(kEmail, kPassword).status, 200U);
}

TEST_F(LoginTest, RefusesCommonDefaultPasswords) {
  for (const char* password : {"sysadmin", "admin", "password", "public", ""}) {
    EXPECT_NE(harness.log_in("sysadmin@thingsboard.org", password, password).status, 200U);
    EXPECT_NE(harness.log_in(kEmail, password, password).status, 200U);
  }
}

TEST_F(LoginTest, RefreshesOnceAndEndsTheLoginAtReuse) {
  const std::string first = Harness::text(harness.log_in(kEmail, kPassword), "refreshToken");
  const Response second = refresh(first);
  ASSERT_EQ(second.status, 200U);
  const std::string token = Harness::text(second, "token");
  EXPECT_EQ(whoami(token), 200U);
  EXPECT_EQ(refresh(first).status, 401U);
  // Whoever used it twice, both have to log in again.
  EXPECT_EQ(whoami(token), 401U);
  EXPECT_EQ(refresh(Harness::text(second, "refreshToken")).status, 401U);
}

TEST_F(LoginTest, TakesNoRefreshTokenForAnAccessToken) {
  const Response pair = harness.log_in(kEmail, kPassword);
  EXPECT_EQ(whoami(Harness::text(pair, "refreshToken")), 401U);
  EXPECT_EQ(refresh(Harness::text(pair, "token")).status, 401U);
}

TEST_F(LoginTest, EndsWithTheTokensTime) {
  const std::string token = harness.token_of(kEmail);
  harness.pass(harness.settings.access_token_ttl);
  const Response late = harness.ask("GET", "/api/auth/user", token);
  EXPECT_EQ(late.status, 401U);
  EXPECT_EQ(Harness::code(late), 11);
}

TEST_F(LoginTest, EndsAtLogout) {
  const std::string token = harness.token_of(kEmail);
  const std::string other = harness.token_of(kEmail);
  EXPECT_EQ(harness.ask("POST", "/api/auth/logout", token).status, 200U);
  EXPECT_EQ(whoami(token), 401U);
  EXPECT_EQ(whoami(other), 200U);
}

TEST_F(LoginTest, EndsEverywhereWhenThePasswordChanges) {
  const std::string token = harness.token_of(kEmail);
  const std::string other = harness.token_of(kEmail);
  const Response pair = harness.ask(
      "POST", "/api/auth/changePassword", token,
      R"({"currentPassword": "violet-tractor-umbra-91", "newPassword": "amber-tractor-umbra-17"})");
  ASSERT_EQ(pair.status, 200U) << pair.body;
  EXPECT_EQ(whoami(token), 401U);
  EXPECT_EQ(whoami(other), 401U);
  EXPECT_EQ(whoami(Harness::text(pair, "token")), 200U);
  EXPECT_EQ(harness.log_in(kEmail, kPassword).status, 401U);
}

TEST_F(LoginTest, ChangesNoPasswordWithoutTheOldOne) {
  const std::string token = harness.token_of(kEmail);
  const Response answer = harness.ask(
      "POST", "/api/auth/changePassword", token,
      R"({"currentPassword": "something-else-1", "newPassword": "amber-tractor-umbra-17"})");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(whoami(token), 200U);
}

TEST_F(LoginTest, FollowsWhatHappensToTheAccount) {
  harness.add_user("op@example.com", "OPERATOR");
  const std::string token = harness.token_of("op@example.com");
  const std::string id = Harness::text(harness.ask("GET", "/api/auth/user", token), "id");
  EXPECT_EQ(harness.ask("GET", "/api/audit?pageSize=1&page=0", token).status, 403U);
  (void)harness.ask_locally("POST", "/api/admin",
                            R"({"id": ")" + id + R"(", "authority": "SYS_ADMIN"})");
  EXPECT_EQ(harness.ask("GET", "/api/audit?pageSize=1&page=0", token).status, 200U);
  (void)harness.ask_locally("POST", "/api/admin", R"({"id": ")" + id + R"(", "enabled": false})");
  EXPECT_EQ(whoami(token), 401U);
  EXPECT_EQ(harness.log_in("op@example.com", kPassword).status, 401U);
}

TEST_F(LoginTest, AsksForANewPasswordWhenTheOldOneIsTooOld) {
  set_policy(R"("passwordExpirationPeriodDays": 30, "passwordReuseFrequencyDays": 365)");
  harness.pass(std::chrono::hours{24 * 31});
  const Response expired = harness.log_in(kEmail, kPassword);
  EXPECT_EQ(expired.status, 401U);
  EXPECT_EQ(Harness::code(expired), 15);
  const std::string reset = Harness::text(expired, "resetToken");
  const auto body = [&reset](const char* password) {
    return json::serialize(json::object{{"resetToken", reset}, {"password", password}});
  };
  EXPECT_EQ(harness.ask("POST", "/api/noauth/resetPassword", "", body("short")).status, 400U);
  EXPECT_EQ(
      harness.ask("POST", "/api/noauth/resetPassword", "", body("amber-tractor-umbra-17")).status,
      200U);
  EXPECT_EQ(harness.log_in(kEmail, "amber-tractor-umbra-17").status, 200U);
  // Once only.
  EXPECT_EQ(
      harness.ask("POST", "/api/noauth/resetPassword", "", body("green-tractor-umbra-17")).status,
      401U);
}

TEST_F(LoginTest, RefusesAPasswordThatWasUsedBefore) {
  set_policy(R"("passwordReuseFrequencyDays": 365)");
  const auto change = [this](const std::string& current, const std::string& next) {
    harness.pass(seconds{1});
    return harness
        .ask("POST", "/api/auth/changePassword", harness.token_of(kEmail, current),
             json::serialize(json::object{{"currentPassword", current}, {"newPassword", next}}))
        .status;
  };
  EXPECT_EQ(change(kPassword, "amber-tractor-umbra-17"), 200U);
  EXPECT_EQ(change("amber-tractor-umbra-17", "green-tractor-umbra-17"), 200U);
  EXPECT_EQ(change("green-tractor-umbra-17", "amber-tractor-umbra-17"), 400U);
}

TEST_F(LoginTest, KeepsOldTokensReadableWhenTheKeyIsRotated) {
  const std::string token = harness.token_of(kEmail);
  EXPECT_EQ(harness.ask_locally("POST", "/api/admin/signingKey/rotate").status, 200U);
  EXPECT_EQ(whoami(token), 200U);
  EXPECT_EQ(whoami(harness.token_of(kEmail)), 200U);
  EXPECT_EQ(harness.store->signing_keys().all()->size(), 2U);
  harness.pass(2 * harness.settings.refresh_token_ttl);
  EXPECT_EQ(harness.ask_locally("POST", "/api/admin/signingKey/rotate").status, 200U);
  harness.pass(2 * harness.settings.refresh_token_ttl);
  EXPECT_EQ(harness.ask_locally("POST", "/api/admin/signingKey/rotate").status, 200U);
  EXPECT_EQ(harness.store->signing_keys().all()->size(), 2U);
}

TEST_F(LoginTest, OfAnotherInstallationIsRefused) {
  Harness other;
  other.add_user(kEmail, "SYS_ADMIN");
  EXPECT_EQ(whoami(other.token_of(kEmail)), 401U);
}

TEST_F(LoginTest, ByApiKeyHasTheKeysRoleAndEnd) {
  const Response made =
      harness.ask_locally("POST", "/api/apiKey",
                          R"({"name": "ci", "role": "VIEWER", "expirationTime": )" +
                              std::to_string(harness.wall + 5000) + "}");
  ASSERT_EQ(made.status, 200U) << made.body;
  RequestHead head;
  head.method = "GET";
  head.target = "/api/blockedClient/ttl";
  head.api_key = Harness::text(made, "secret");
  EXPECT_EQ(harness.ask(head).status, 200U);
  RequestHead by_scheme = head;
  by_scheme.authorization = "ApiKey " + std::exchange(by_scheme.api_key, "");
  EXPECT_EQ(harness.ask(by_scheme).status, 200U);
  head.target = "/api/apiKey";
  EXPECT_EQ(harness.ask(head).status, 403U);
  harness.pass(seconds{6});
  EXPECT_EQ(harness.ask(head).status, 401U);
  // Nobody is shown the secret again.
  const Response list = harness.ask_locally("GET", "/api/apiKey?pageSize=9&page=0");
  EXPECT_EQ(list.body.find(head.api_key), std::string::npos);
  EXPECT_NE(list.body.find("\"ci\""), std::string::npos);
}

TEST(Setup, MakesTheFirstAdministratorByTheTokenOnce) {
  Harness harness;
  const auto token = harness.api->services().setup.prepare();
  ASSERT_TRUE(token && *token);
  const auto set_up = [&](const std::string& given, const std::string& password) {
    return harness.ask(
        "POST", "/api/noauth/setup", "",
        json::serialize(json::object{{"token", given}, {"email", kEmail}, {"password", password}}));
  };
  EXPECT_EQ(set_up("wrong", kPassword).status, 401U);
  EXPECT_EQ(set_up(**token, "password1234").status, 400U);
  const Response pair = set_up(**token, kPassword);
  EXPECT_EQ(pair.status, 200U) << pair.body;
  EXPECT_EQ(harness.ask("GET", "/api/admin?pageSize=9&page=0", Harness::text(pair, "token")).status,
            200U);
  EXPECT_EQ(set_up(**token, kPassword).status, 401U);
  EXPECT_EQ(*harness.api->services().setup.prepare(), std::nullopt);
}

TEST(Setup, TokenEndsAfterAnHour) {
  Harness harness;
  const auto token = harness.api->services().setup.prepare();
  harness.pass(std::chrono::hours{1});
  EXPECT_EQ(harness
                .ask("POST", "/api/noauth/setup", "",
                     json::serialize(json::object{
                         {"token", **token}, {"email", kEmail}, {"password", kPassword}}))
                .status,
            401U);
}

TEST(Setup, TakesThePasswordFile) {
  testing::TemporaryFolder folder;
  config::AdminSettings settings;
  settings.email = kEmail;
  settings.password_file = folder.path() + "/password";
  Harness harness(settings);
  EXPECT_FALSE(harness.api->services().setup.prepare());
  std::ofstream(settings.password_file) << "sysadmin\n";
  EXPECT_FALSE(harness.api->services().setup.prepare());
  std::ofstream(settings.password_file) << kPassword << "\n";
  EXPECT_EQ(*harness.api->services().setup.prepare(), std::nullopt);
  EXPECT_EQ(harness.log_in(kEmail, kPassword).status, 200U);
}

TEST(Login, HashesAnImportedBcryptPasswordAnew) {
  Harness harness;
  auto transaction = harness.store->begin();
  entities::User user;
  user.email = kEmail;
  // Of the test vectors of crypt_blowfish.
  user.password_hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  const auto made = harness.store->users().create(*transaction, user, harness.wall);
  ASSERT_TRUE(made && transaction->commit());
  EXPECT_EQ(harness.log_in(kEmail, "U*U").status, 200U);
  EXPECT_TRUE(harness.store->users().get(made->id)->password_hash.starts_with("$argon2id$"));
  EXPECT_EQ(harness.log_in(kEmail, "U*U").status, 200U);
}

}  // namespace
}  // namespace sluice::admin
