#include "entities/provider_configuration.h"

#include "entities/secrets.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using auth::ProviderType;
using testing::kind_of;
using testing::must;

constexpr ProviderType kTypes[] = {ProviderType::Basic, ProviderType::X509, ProviderType::Jwt,
                                   ProviderType::Scram, ProviderType::Http};

template <class Settings>
Settings read(ProviderType type, const std::string& json) {
  return std::get<Settings>(must(parse_provider_configuration(type, json)));
}

TEST(ProviderConfiguration, DefaultsAreThoseOfTheTypes) {
  for (const ProviderType type : kTypes) {
    must(parse_provider_configuration(type, default_provider_configuration(type)));
    must(parse_provider_configuration(type, "{}"));
    EXPECT_EQ(parse_provider_type(auth::to_string(type)), type);
  }
  const auto basic = read<providers::BasicSettings>(ProviderType::Basic, "{}");
  EXPECT_EQ(basic.strategy, providers::BasicStrategy::ClientIdAndUsername);
}

TEST(ProviderConfiguration, ReadsAKeyServer) {
  const auto jwt = read<providers::JwtSettings>(ProviderType::Jwt, R"({
      "type": "JWT", "defaultClientType": "APPLICATION",
      "jwtVerifierConfiguration": {"jwtVerifierType": "JWKS", "endpoint": "https://keys/jwks",
        "headers": {"X-Key": "1"}, "refreshInterval": 600,
        "credentials": {"type": "basic", "username": "u", "password": "p"}},
      "authClaims": {"iss": "me", "sub": "${username}"}, "clientTypeClaims": {"kind": "app"},
      "authRules": {"pubAuthRulePatterns": ["x"]}, "pubAuthRuleClaim": "pub",
      "subAuthRuleClaim": "sub"})");

  const auto& server = std::get<providers::JwksVerifier>(jwt.verifier);
  EXPECT_EQ(server.endpoint, "https://keys/jwks");
  EXPECT_EQ(server.refresh_interval, std::chrono::seconds(600));
  EXPECT_EQ(server.login.password, "p");
  EXPECT_EQ(server.headers.at("X-Key"), "1");
  EXPECT_EQ(jwt.default_client_type, config::ClientType::Application);
  EXPECT_EQ(jwt.auth_claims.at("sub"), "${username}");
  EXPECT_EQ(jwt.rules->publish.patterns, std::vector<std::string>{"x"});
  EXPECT_EQ(jwt.publish_rules_claim, "pub");
}

TEST(ProviderConfiguration, ReadsKeysOfTokens) {
  const auto pem = read<providers::JwtSettings>(ProviderType::Jwt, R"({
      "jwtVerifierConfiguration": {"jwtVerifierType": "ALGORITHM_BASED",
        "jwtSignAlgorithmConfiguration": {"algorithm": "PEM_KEY", "publicPemKey": "PEM",
                                          "publicPemKeyFileName": "key.pem"}}})");

  EXPECT_EQ(std::get<providers::PemVerifier>(pem.verifier).public_key, "PEM");
  EXPECT_FALSE(pem.rules);
}

TEST(ProviderConfiguration, ReadsAnHttpService) {
  const auto http = read<providers::HttpSettings>(ProviderType::Http, R"({
      "restEndpointUrl": "http://auth.example:8080/check", "requestMethod": "GET",
      "credentials": {"type": "cert.PEM", "caCert": "CA", "cert": "C", "privateKey": "K",
                      "password": "P", "caCertFileName": "ca.pem"},
      "headers": {}, "requestBody": null, "readTimeoutMs": "2500",
      "maxParallelRequestsCount": 7, "maxInMemoryBufferSizeInKb": 2})");

  EXPECT_TRUE(http.use_get);
  EXPECT_EQ(http.login.ca, "CA");
  EXPECT_EQ(http.login.key_password, "P");
  EXPECT_EQ(http.timeout, std::chrono::milliseconds(2500));
  EXPECT_EQ(http.parallel_max, 7U);
  EXPECT_EQ(http.reply_max, 2048U);
}

TEST(ProviderConfiguration, NamesTheMemberThatIsWrong) {
  const auto names = [](ProviderType type, const std::string& json, const std::string& words) {
    const auto settings = parse_provider_configuration(type, json);
    ASSERT_FALSE(settings) << json;
    EXPECT_NE(settings.error().what.find(words), std::string::npos)
        << json << " -> " << settings.error().what;
  };
  names(ProviderType::Basic, "", "not JSON");
  names(ProviderType::Basic, R"({"authStrategy": "BOTH"})", "configuration.authStrategy: 'BOTH'");
  names(ProviderType::Basic, R"({"authStrategie": "USERNAME"})",
        "configuration.authStrategie: unknown");
  names(ProviderType::Basic, R"({"type": "JWT"})", "configuration.type");
  names(ProviderType::X509, R"({"clientAuthType": "MAYBE"})", "clientAuthType");
  names(ProviderType::Jwt,
        R"({"jwtVerifierConfiguration": {"jwtSignAlgorithmConfiguration":
            {"algorithm": "HMAC_BASED", "secret": "short"}}})",
        "jwtSignAlgorithmConfiguration.secret: must have at least 32 bytes");
  names(ProviderType::Jwt,
        R"({"jwtVerifierConfiguration": {"jwtSignAlgorithmConfiguration": {"algorithm": "none"}}})",
        "must be HMAC_BASED or PEM_KEY");
  names(ProviderType::Jwt,
        R"({"jwtVerifierConfiguration": {"jwtVerifierType": "JWKS", "refreshInterval": 5}})",
        "from 300 to");
  names(ProviderType::Http, R"({"restEndpointUrl": "file:///etc/passwd"})", "http:// or https://");
  names(ProviderType::Http, R"({"restEndpointUrl": "http://u:p@host/"})", "credentials");
  names(ProviderType::Http, R"({"restEndpointUrl": "http:///path"})", "no host");
  names(ProviderType::Http, R"({"requestMethod": "DELETE"})", "requestMethod");
  names(ProviderType::Http, R"({"readTimeoutMs": 0})", "readTimeoutMs");
  names(ProviderType::Http, R"({"credentials": {"type": "basic"}})", "username");
  names(ProviderType::Http, R"({"authRules": {"pubAuthRulePatterns": ["("]}})", "authRules");
  names(ProviderType::None, "{}", "type");
}

TEST(ProviderConfiguration, MasksAndRestoresSecrets) {
  const std::string json = R"({"credentials":{"type":"basic","username":"u","password":"p"},)"
                           R"("headers":{"Authorization":"Bearer x","Accept":"text"},)"
                           R"("list":[{"secret":"s"}],"empty":{"password":""}})";

  const std::string shown = mask_secrets(json);

  EXPECT_EQ(shown, R"({"credentials":{"type":"basic","username":"u","password":"********"},)"
                   R"("headers":{"Authorization":"********","Accept":"text"},)"
                   R"("list":[{"secret":"********"}],"empty":{"password":""}})");
  EXPECT_EQ(restore_secrets(shown, json), json);
  EXPECT_EQ(restore_secrets(R"({"password":"********"})", json), R"({"password":""})");
  EXPECT_EQ(mask_secrets("no JSON"), kMask);
  EXPECT_EQ(mask_secrets(""), "");
}

class AuthProvidersTest : public testing::StoreTest {
 protected:
  Result<AuthProvider> update(const AuthProvider& provider) {
    return committed([&](Transaction& t) { return store().providers().update(t, provider); });
  }
  Result<void> enable(ProviderType type) {
    const auto id = must(store().providers().get(type)).id;
    return committed([&](Transaction& t) { return store().providers().set_enabled(t, id, true); });
  }
};

TEST_F(AuthProvidersTest, OnlyBasicIsOnAtFirst) {
  const auto all = must(store().providers().all());

  ASSERT_EQ(all.size(), 5U);
  for (const AuthProvider& provider : all) {
    EXPECT_EQ(provider.enabled, provider.type == ProviderType::Basic);
  }
}

TEST_F(AuthProvidersTest, WhatCannotWorkCannotBeEnabled) {
  EXPECT_EQ(kind_of(enable(ProviderType::Jwt)), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(enable(ProviderType::Http)), ErrorKind::Invalid);
  must(enable(ProviderType::Scram));
  must(enable(ProviderType::X509));
}

TEST_F(AuthProvidersTest, UpdateKeepsMaskedSecrets) {
  AuthProvider http = must(store().providers().get(ProviderType::Http));
  http.configuration = R"({"restEndpointUrl":"http://h/","credentials":)"
                       R"({"type":"basic","username":"u","password":"p"}})";
  http.enabled = true;
  must(update(http));
  http.configuration = mask_secrets(http.configuration);
  EXPECT_EQ(http.configuration.find("\"p\""), std::string::npos);

  must(update(http));

  const auto kept = must(store().providers().get(http.id));
  EXPECT_TRUE(kept.enabled);
  EXPECT_EQ(read<providers::HttpSettings>(ProviderType::Http, kept.configuration).login.password,
            "p");
}

TEST_F(AuthProvidersTest, TheChainHasThoseThatAreOnInTheirOrder) {
  must(enable(ProviderType::X509));
  must(enable(ProviderType::Scram));
  must(committed([&](Transaction& t) {
    return store().settings().put(t, "mqttAuthorization", R"({"priorities": ["X_509", "JWT"]})");
  }));

  const auto chain = must(make_provider_chain(
      must(store().providers().all()), must(store().settings().provider_priorities()), true));

  EXPECT_EQ(chain.order, (std::vector<ProviderType>{ProviderType::X509, ProviderType::Basic,
                                                    ProviderType::Scram}));
  EXPECT_TRUE(chain.basic && chain.x509 && chain.scram);
  EXPECT_FALSE(chain.jwt || chain.http);
  EXPECT_TRUE(chain.allow_anonymous);
}

TEST_F(AuthProvidersTest, ListsThem) {
  const auto page = must(store().providers().page(testing::sorted("type")));

  EXPECT_EQ(page.total_elements, 5U);
  EXPECT_EQ(page.items.front().type, ProviderType::Http);
  EXPECT_EQ(kind_of(store().providers().get("nothing")), ErrorKind::NotFound);
}

}  // namespace
}  // namespace sluice::entities
