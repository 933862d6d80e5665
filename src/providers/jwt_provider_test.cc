#include "providers/jwt_provider.h"

#include <gtest/gtest.h>

#include "providers/authenticator_for_test.h"
#include "providers/jwt_claims.h"
#include "providers/jwt_for_test.h"
#include "providers/strict_json.h"

namespace sluice::providers {
namespace {

using namespace testing;
using mqtt::ReasonCode;

constexpr std::int64_t kNow = 1'700'000'000'000;
const std::string kSecret(32, 'k');

class JwtTest : public ::testing::Test {
 protected:
  JwtTest() { settings.verifier = HmacVerifier{kSecret}; }

  Decision ask(auth::ConnectRequest request) {
    HttpClient http(completions, true);
    JwtProvider provider(
        settings, http, rules, [](AttemptId) {}, [] { return kNow; });
    return provider.ask(1, request, Instant{});
  }
  Decision ask_token(const std::string& token) {
    auth::ConnectRequest request;
    request.client_id = "meter";
    request.username = "user";
    request.password = token;
    return ask(request);
  }
  Decision ask_claims(const std::string& claims) {
    return ask_token(hmac_token_of(kSecret, claims));
  }

  static bool admits(const Decision& decision) {
    return std::holds_alternative<auth::Admitted>(decision);
  }
  static bool skips(const Decision& decision) { return std::holds_alternative<Skipped>(decision); }
  static std::string refusal(const Decision& decision) {
    const auto* refused = std::get_if<auth::Refused>(&decision);
    return refused == nullptr ? "not refused" : refused->reason;
  }

  Completions completions;
  RuleCache rules;
  JwtSettings settings;
};

TEST_F(JwtTest, AdmitsASignedToken) {
  const auto decision = ask_claims(R"({"sub":"x","exp":1700000100})");

  ASSERT_TRUE(admits(decision));
  const auto& identity = std::get<auth::Admitted>(decision).identity;
  EXPECT_EQ(identity.provider, auth::ProviderType::Jwt);
  EXPECT_EQ(identity.client_type, config::ClientType::Device);
  EXPECT_EQ(identity.username, "user");
  EXPECT_EQ(identity.expires, kNow + 100'000);
  EXPECT_EQ(identity.rules, nullptr);
}

TEST_F(JwtTest, ATokenWithoutEndHasNone) {
  EXPECT_FALSE(std::get<auth::Admitted>(ask_claims("{}")).identity.expires);
}

TEST_F(JwtTest, SkipsWhatIsNoToken) {
  const std::string header = to_base64(R"({"alg":"HS256"})", Base64::Url);
  for (const std::string& password : std::vector<std::string>{
           "secret", "a.b.c", "..", header, header + ".e30", header + ".e30.AAAA.AAAA.AAAA",
           header + ".e30=.AAAA", "bnVsbA.e30.AAAA", to_base64("{}", Base64::Url) + ".e30.AAAA",
           std::string(20'000, 'a'),
           to_base64(R"({"alg":"HS256","alg":"none"})", Base64::Url) + ".e30.AAAA"}) {
    EXPECT_TRUE(skips(ask_token(password))) << password.substr(0, 100);
  }
  EXPECT_TRUE(skips(ask({})));
}

TEST_F(JwtTest, RefusesForgedTokens) {
  const std::string good = hmac_token_of(kSecret, R"({"a":1})");
  const std::string unsigned_text = signed_text_of(R"({"alg":"none"})", "{}");
  ASSERT_TRUE(admits(ask_token(good)));

  EXPECT_EQ(refusal(ask_token(unsigned_text + ".")), "JWT: algorithm 'none'");
  for (const char* none : {"None", "NONE", "nOnE", "hs256", "HS256 ", "ES256K", "HS1"}) {
    const std::string header = std::string(R"({"alg":")") + none + "\"}";
    EXPECT_TRUE(refusal(ask_token(hmac_token_of(kSecret, "{}", header))).starts_with("JWT: algor"))
        << none;
  }
  EXPECT_EQ(refusal(ask_token(good.substr(0, good.rfind('.') + 1))), "JWT: wrong signature");
  EXPECT_EQ(refusal(ask_token(hmac_token_of(std::string(32, 'x'), "{}"))), "JWT: wrong signature");
  EXPECT_EQ(refusal(ask_token(signed_text_of(R"({"alg":"HS256"})", R"({"a":2})") +
                              good.substr(good.rfind('.')))),
            "JWT: wrong signature");
  EXPECT_EQ(refusal(ask_token(hmac_token_of(kSecret, "{}", R"({"alg":"HS256","crit":["x"]})"))),
            "JWT: critical extensions");
  EXPECT_EQ(refusal(ask_token(token_of(Signer::rsa(), "RS256", "{}"))),
            "JWT: algorithm RS256 is not the key's");
}

TEST_F(JwtTest, RefusesAnHmacWithThePublicKey) {
  const Signer signer = Signer::rsa();
  settings.verifier = PemVerifier{signer.public_pem()};

  EXPECT_TRUE(admits(ask_token(token_of(signer, "PS384", "{}"))));
  EXPECT_EQ(refusal(ask_token(hmac_token_of(signer.public_pem(), "{}"))),
            "JWT: algorithm HS256 is not the key's");
}

TEST_F(JwtTest, RefusesClaimsThatAreNoObjectOrAmbiguous) {
  std::string deep = R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}";
  for (const std::string& claims : std::vector<std::string>{
           "", "[]", "7", "{", deep, R"({"exp":1,"exp":9999999999})", "{\"a\":\"\xff\"}"}) {
    EXPECT_TRUE(refusal(ask_claims(claims)).starts_with("JWT: claims")) << claims;
  }
}

TEST_F(JwtTest, ChecksTimesWithAMinutesSkew) {
  EXPECT_TRUE(admits(ask_claims(R"({"exp":1699999941})")));
  EXPECT_EQ(refusal(ask_claims(R"({"exp":1699999940})")), "JWT: expired (exp)");
  EXPECT_TRUE(admits(ask_claims(R"({"nbf":1700000060})")));
  EXPECT_EQ(refusal(ask_claims(R"({"nbf":1700000061})")), "JWT: not valid yet (nbf)");
  EXPECT_TRUE(admits(ask_claims(R"({"iat":1700000060})")));
  EXPECT_EQ(refusal(ask_claims(R"({"iat":1700000061})")), "JWT: issued in the future (iat)");
  EXPECT_TRUE(admits(ask_claims(R"({"exp":1700000000.5})")));
  for (const char* exp : {"\"1800000000\"", "null", "true", "-1", "1e300", "[1800000000]"}) {
    EXPECT_EQ(refusal(ask_claims(std::string(R"({"exp":)") + exp + "}")), "JWT: exp is not a date")
        << exp;
  }
}

TEST_F(JwtTest, ATokenWithinTheSkewLastsUntilItsEnd) {
  EXPECT_EQ(std::get<auth::Admitted>(ask_claims(R"({"exp":1699999990})")).identity.expires,
            kNow - 10'000 + kClockSkew);
}

TEST_F(JwtTest, WantsAllAuthClaims) {
  settings.auth_claims = {{"iss", "https://issuer"},
                          {"aud", "sluice"},
                          {"sub", "${username}"},
                          {"device", "id-${clientId}"}};
  const auto claims = [](const std::string& issuer, const std::string& audience,
                         const std::string& subject, const std::string& device) {
    return R"({"iss":)" + issuer + R"(,"aud":)" + audience + R"(,"sub":)" + subject +
           R"(,"device":)" + device + "}";
  };
  const std::string iss = R"("https://issuer")";

  EXPECT_TRUE(admits(ask_claims(claims(iss, R"("sluice")", R"("user")", R"("id-meter")"))));
  EXPECT_TRUE(admits(ask_claims(claims(iss, R"(["a","sluice"])", R"("user")", R"("id-meter")"))));
  EXPECT_EQ(refusal(ask_claims(claims(R"("evil")", R"("sluice")", R"("user")", R"("id-meter")"))),
            "JWT: claim 'iss' does not fit");
  EXPECT_FALSE(admits(ask_claims(claims(iss, R"(["a","b"])", R"("user")", R"("id-meter")"))));
  EXPECT_FALSE(admits(ask_claims(claims(iss, R"("sluice")", R"("other")", R"("id-meter")"))));
  EXPECT_FALSE(admits(ask_claims(claims(iss, R"("sluice")", R"("user")", R"("id-other")"))));
  EXPECT_FALSE(admits(ask_claims(claims(iss, R"({"sluice":1})", R"("user")", R"("id-meter")"))));
  EXPECT_FALSE(admits(ask_claims(R"({"iss":"https://issuer"})")));
}

TEST_F(JwtTest, APlaceholderWithoutValueEqualsNothing) {
  settings.auth_claims = {{"sub", "${username}"}};
  auth::ConnectRequest request;
  request.password = hmac_token_of(kSecret, R"({"sub":""})");

  EXPECT_FALSE(admits(ask(request)));
  request.username = "";
  EXPECT_FALSE(admits(ask(request)));
}

TEST_F(JwtTest, AUserNameIsNeverATemplate) {
  settings.auth_claims = {{"sub", "${username}"}};
  auth::ConnectRequest request;
  request.client_id = "admin";
  request.username = "${clientId}";
  request.password = hmac_token_of(kSecret, R"({"sub":"admin"})");

  EXPECT_FALSE(admits(ask(request)));
}

TEST_F(JwtTest, ClientTypeClaimsGiveTheOtherType) {
  settings.client_type_claims = {{"kind", "app"}, {"level", "3"}};

  const auto type_of = [&](const std::string& claims) {
    return std::get<auth::Admitted>(ask_claims(claims)).identity.client_type;
  };

  EXPECT_EQ(type_of(R"({"kind":"app","level":3})"), config::ClientType::Application);
  EXPECT_EQ(type_of(R"({"kind":"app"})"), config::ClientType::Device);
  settings.default_client_type = config::ClientType::Application;
  EXPECT_EQ(type_of(R"({"kind":"app","level":3})"), config::ClientType::Device);
}

TEST_F(JwtTest, TakesRulesFromClaims) {
  settings.publish_rules_claim = "pub";
  settings.subscribe_rules_claim = "sub_rules";
  settings.rules = auth::RuleText{{{"default/.*"}, {}}, {{"default/.*"}, {}}};
  const auto rules_of = [&](const std::string& claims) {
    return std::get<auth::Admitted>(ask_claims(claims)).identity.rules;
  };

  EXPECT_TRUE(rules_of(R"({"pub":["a/.*"]})")->may_publish("a/b"));
  EXPECT_FALSE(rules_of(R"({"pub":["a/.*"]})")->may_publish("default/b"));
  EXPECT_TRUE(rules_of("{}")->may_publish("default/b"));
  EXPECT_FALSE(rules_of(R"({"pub":[]})")->may_publish("default/b"));
  EXPECT_TRUE(refusal(ask_claims(R"({"pub":"a/.*"})")).starts_with("JWT: rules"));
  EXPECT_TRUE(refusal(ask_claims(R"({"pub":[7]})")).starts_with("JWT: rules"));
}

TEST_F(JwtTest, ARulesClaimThatIsMissingAllowsNothing) {
  settings.publish_rules_claim = "pub";

  const auto rules_without = std::get<auth::Admitted>(ask_claims("{}")).identity.rules;

  ASSERT_NE(rules_without, nullptr);
  EXPECT_FALSE(rules_without->may_publish("a"));
  EXPECT_FALSE(rules_without->may_subscribe("a"));
}

TEST_F(JwtTest, TakesTheTokenOfItsAuthenticationMethod) {
  auth::ConnectRequest request;
  request.method = "JWT";
  request.password = "ignored";
  request.data = hmac_token_of(kSecret, "{}");
  EXPECT_TRUE(admits(ask(request)));

  request.data = "not a token";
  EXPECT_TRUE(skips(ask(request)));
  request.data.clear();
  EXPECT_EQ(std::get<auth::Refused>(ask(request)).code, ReasonCode::UnspecifiedError);
}

TEST(CheckJwtSettings, FindsKeysAndRulesThatCannotBeUsed) {
  JwtSettings settings;
  settings.verifier = HmacVerifier{"short"};
  EXPECT_FALSE(check_jwt_settings(settings));
  settings.verifier = PemVerifier{"nonsense"};
  EXPECT_FALSE(check_jwt_settings(settings));
  settings.verifier = HmacVerifier{kSecret};
  EXPECT_TRUE(check_jwt_settings(settings));
  settings.rules = auth::RuleText{{{"("}, {}}, {}};
  EXPECT_FALSE(check_jwt_settings(settings));
}

}  // namespace
}  // namespace sluice::providers
