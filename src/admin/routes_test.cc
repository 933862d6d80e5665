#include "admin/routes.h"

#include <gtest/gtest.h>

#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

using testing::Harness;

class RoutesTest : public ::testing::Test {
 protected:
  static config::AdminSettings without_limit() {
    config::AdminSettings settings;
    settings.requests = "";
    return settings;
  }

  /// With something in place of each parameter, so that a handler is reached but finds nothing.
  static std::string path_of(const Route& route) {
    std::string path(route.pattern);
    while (path.find('{') != std::string::npos) {
      path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "none");
    }
    return path;
  }

  Response ask(const Route& route, const std::string& token) {
    return harness.ask(std::string(route.method), path_of(route), token, "{}");
  }

  Harness harness{without_limit()};
};

TEST_F(RoutesTest, AreClosedWithoutAToken) {
  for (const Route& route : harness.api->routes()) {
    if (!route.needs) continue;
    EXPECT_EQ(ask(route, "").status, 401U) << route.method << " " << route.pattern;
    EXPECT_EQ(ask(route, "not.a.token").status, 401U) << route.method << " " << route.pattern;
  }
}

TEST_F(RoutesTest, AreOpenOnlyForLoginPasswordsAndTheirDescription) {
  std::size_t open = 0;
  for (const Route& route : harness.api->routes()) {
    if (route.needs || route.is_probe) continue;
    ++open;
    EXPECT_TRUE(route.pattern.starts_with("/api/noauth/") || route.pattern == "/api/auth/login" ||
                route.pattern == "/api/auth/token" || route.pattern.starts_with("/swagger-ui") ||
                route.pattern == "/v3/api-docs/TBMQ" || route.pattern == "/api/openapi.yaml")
        << route.pattern;
  }
  EXPECT_EQ(open, 12U);
}

TEST_F(RoutesTest, AskForTheRoleThatTheTableNames) {
  for (const char* authority : {"VIEWER", "OPERATOR", "SYS_ADMIN"}) {
    const std::string email = std::string(authority) + "@example.com";
    harness.add_user(email, authority);
    const Role role = *entities::parse_role(authority);
    const std::string token = harness.token_of(email);
    for (const Route& route : harness.api->routes()) {
      if (!route.needs || route.pattern == "/api/auth/logout") continue;
      const Response answer = ask(route, token);
      const bool is_refused =
          answer.status == 403 && Harness::code(answer) == 20 &&
          Harness::text(answer, "message").find("permission") != std::string::npos;
      EXPECT_EQ(is_refused, role < *route.needs)
          << authority << " " << route.method << " " << route.pattern << ": " << answer.body;
      EXPECT_NE(answer.status, 401U) << route.pattern;
      EXPECT_NE(answer.status, 500U) << route.pattern << answer.body;
    }
  }
}

TEST_F(RoutesTest, ThatChangeSomethingNeedMoreThanAViewer) {
  for (const Route& route : harness.api->routes()) {
    const bool is_own_account =
        route.pattern.starts_with("/api/auth/") || route.pattern == "/api/stream/ticket";
    if (route.method == "GET" || !route.needs || is_own_account) continue;
    EXPECT_GT(*route.needs, Role::Viewer) << route.pattern;
  }
}

TEST_F(RoutesTest, ThatAreNotThereNeedATokenToo) {
  EXPECT_EQ(harness.ask("GET", "/api/nothing", "").status, 401U);
  EXPECT_EQ(harness.ask("PUT", "/api/admin", "").status, 401U);
  EXPECT_EQ(harness.ask_locally("GET", "/api/nothing").status, 404U);
  EXPECT_EQ(harness.ask_locally("PUT", "/api/admin").status, 405U);
}

}  // namespace
}  // namespace sluice::admin
