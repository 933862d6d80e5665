#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "admin/documents/documents.h"
#include "admin/server/security_headers.h"
#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

/// "GET /api/thing/{id}" and what the document says of it.
using Operations = std::map<std::string, YAML::Node>;

class OpenApiTest : public ::testing::Test {
 protected:
  static Operations operations_of(const YAML::Node& document) {
    Operations found;
    for (const auto& path : document["paths"]) {
      for (const auto& operation : path.second) {
        std::string method = operation.first.as<std::string>();
        std::ranges::transform(method, method.begin(), [](unsigned char c) { return toupper(c); });
        found[method + " " + path.first.as<std::string>()] = operation.second;
      }
    }
    return found;
  }
  static std::string name_of(const Route& route) {
    return std::string(route.method) + " " + std::string(route.pattern);
  }
  static std::string role_of(const Route& route) {
    if (!route.needs) return "none";
    return *route.needs == Role::Viewer     ? "viewer"
           : *route.needs == Role::Operator ? "operator"
                                            : "admin";
  }
  /// The names in braces.
  static std::set<std::string> parameters_in(const std::string& path) {
    std::set<std::string> names;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
      names.insert(path.substr(at + 1, path.find('}', at) - at - 1));
    }
    return names;
  }

  testing::Harness harness;
  const YAML::Node document = YAML::Load(std::string(api_document().text));
  const Operations operations = operations_of(document);
};

TEST_F(OpenApiTest, HasEveryRouteWithItsRole) {
  for (const Route& route : harness.api->routes()) {
    const auto operation = operations.find(name_of(route));
    ASSERT_NE(operation, operations.end()) << name_of(route) << " is not in api/openapi.yaml";
    EXPECT_EQ(operation->second["x-role"].as<std::string>(""), role_of(route)) << name_of(route);
  }
}

TEST_F(OpenApiTest, HasNothingThatIsNoRoute) {
  std::set<std::string> routes;
  for (const Route& route : harness.api->routes()) {
    EXPECT_TRUE(routes.insert(name_of(route)).second) << name_of(route) << " is there twice";
  }
  for (const auto& [name, operation] : operations) EXPECT_TRUE(routes.contains(name)) << name;
}

TEST_F(OpenApiTest, NamesEachOperationOnce) {
  std::set<std::string> ids;
  for (const auto& [name, operation] : operations) {
    const auto id = operation["operationId"].as<std::string>("");
    EXPECT_FALSE(id.empty()) << name;
    EXPECT_TRUE(ids.insert(id).second) << id;
    EXPECT_FALSE(operation["summary"].as<std::string>("").empty()) << name;
  }
}

TEST_F(OpenApiTest, DeclaresTheParametersOfPaths) {
  for (const auto& [name, operation] : operations) {
    std::set<std::string> declared;
    for (const auto& parameter : operation["parameters"]) {
      if (parameter["in"].as<std::string>("") == "path") {
        declared.insert(parameter["name"].as<std::string>());
      }
    }
    EXPECT_EQ(declared, parameters_in(name)) << name;
  }
}

/// Looks for all "$ref" below a node.
void check_references(const YAML::Node& node, const YAML::Node& components) {
  if (node.IsSequence()) {
    for (const auto& item : node) check_references(item, components);
  }
  if (!node.IsMap()) return;
  for (const auto& member : node) {
    if (member.first.as<std::string>() != "$ref") {
      check_references(member.second, components);
      continue;
    }
    const std::string reference = member.second.as<std::string>();
    const std::string prefix = "#/components/";
    ASSERT_TRUE(reference.starts_with(prefix)) << reference;
    const std::size_t slash = reference.find('/', prefix.size());
    const std::string kind = reference.substr(prefix.size(), slash - prefix.size());
    EXPECT_TRUE(components[kind][reference.substr(slash + 1)]) << reference;
  }
}

TEST_F(OpenApiTest, RefersToNothingThatIsMissing) {
  check_references(document["paths"], document["components"]);
  check_references(document["components"]["schemas"], document["components"]);
}

TEST_F(OpenApiTest, IsServedWithAPageThatAsksNoOtherHost) {
  for (const char* path : {"/v3/api-docs/TBMQ", "/api/openapi.yaml"}) {
    EXPECT_EQ(harness.ask("GET", path, "").body, api_document().text) << path;
  }
  for (const char* path : {"/swagger-ui.html", "/swagger-ui/index.html"}) {
    const Response page = harness.ask("GET", path, "");
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.body.find("//"), std::string::npos) << "another host";
    EXPECT_EQ(page.body.find("<script>"), std::string::npos) << "the policy forbids it";
  }
  EXPECT_EQ(harness.ask("GET", "/swagger-ui/passwd", "").status, 404U);
}

TEST_F(OpenApiTest, LetsItsPageAloneHaveIconsWithinTheStyleSheet) {
  const auto policy_of = [this](const char* path) {
    for (const auto& [name, value] : harness.ask("GET", path, "").headers) {
      if (name == kContentPolicyHeader) return value;
    }
    return std::string("that of all");
  };
  EXPECT_EQ(policy_of("/swagger-ui.html"), std::string(kContentPolicy) + "; img-src 'self' data:");
  EXPECT_EQ(policy_of("/api/openapi.yaml"), "that of all");
  EXPECT_EQ(policy_of("/swagger-ui/start.js"), "that of all");
}

}  // namespace
}  // namespace sluice::admin
