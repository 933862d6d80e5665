#include "entities/credentials_value.h"

#include "entities/credentials_test_support.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::must;

auth::Credentials draft_of(CredentialsType type, const std::string& json) {
  return must(parse_credentials_draft(type, json)).credentials;
}

/// What is wrong with a draft, from reading it or from checking it.
std::string mistake_in(CredentialsType type, const std::string& json) {
  const auto draft = parse_credentials_draft(type, json);
  if (!draft) return draft.error().what;
  const auto checked = check(draft->credentials);
  return checked ? "" : checked.error().what;
}

TEST(CredentialsValue, ReadsBasicCredentialsOfTbmq) {
  const auto draft =
      must(parse_credentials_draft(CredentialsType::Basic,
                                   R"({"clientId": "c", "userName": null, "password": "secret",
          "authRules": {"pubAuthRulePatterns": ["a/.*", "b"], "subAuthRulePatterns": null}})"));

  const auth::BasicCredentials& basic = *draft.credentials.basic;
  EXPECT_EQ(basic.client_id, "c");
  EXPECT_EQ(basic.username, std::nullopt);
  EXPECT_EQ(basic.password_hash, "");
  EXPECT_EQ(draft.password, "secret");
  ASSERT_TRUE(basic.rules);
  EXPECT_EQ(basic.rules->publish.patterns, (std::vector<std::string>{"a/.*", "b"}));
  EXPECT_TRUE(basic.rules->subscribe.patterns.empty());
}

TEST(CredentialsValue, ReadsRulesByTopicFilter) {
  const auto basic = *draft_of(CredentialsType::Basic,
                               R"({"userName": "u", "authRules": {"pubFilterRules":
                                   [{"allow": false, "filter": "a/secret"},
                                    {"allow": true, "filter": "a/#"}]}})")
                          .basic;

  EXPECT_EQ(basic.rules->publish.filters,
            (std::vector<auth::FilterRule>{{false, "a/secret"}, {true, "a/#"}}));
}

TEST(CredentialsValue, TellsNoRulesFromRulesThatAllowNothing) {
  const auto none = draft_of(CredentialsType::Basic, R"({"userName": "u", "authRules": null})");
  const auto empty = draft_of(CredentialsType::Basic, R"({"userName": "u", "authRules": {}})");

  EXPECT_FALSE(none.basic->rules);
  EXPECT_TRUE(empty.basic->rules);
}

TEST(CredentialsValue, ReadsCertificateCredentials) {
  const auto x509 = *draft_of(CredentialsType::X509,
                              R"({"certCnPattern": "device-.*", "certCnIsRegex": true,
                                  "authRulesMapping": {"one": {"pubAuthRulePatterns": ["x"]},
                                                       "two": null}})")
                         .x509;

  EXPECT_TRUE(x509.is_regex);
  ASSERT_EQ(x509.mappings.size(), 2U);
  EXPECT_EQ(x509.mappings[0].common_name_pattern, "one");
  EXPECT_EQ(x509.mappings[0].text.publish.patterns, std::vector<std::string>{"x"});
  EXPECT_EQ(x509.mappings[1].text, auth::RuleText{});
}

TEST(CredentialsValue, AScramDraftBringsAPasswordAndNoKeys) {
  const auto draft = must(parse_credentials_draft(
      CredentialsType::Scram, R"({"userName": "u", "password": "p", "algorithm": "SHA_512",
                                  "salt": "mine", "storedKey": "mine", "serverKey": "mine"})"));

  EXPECT_EQ(draft.password, "p");
  EXPECT_EQ(draft.credentials.scram->algorithm, auth::ScramAlgorithm::Sha512);
  EXPECT_TRUE(draft.credentials.scram->stored_key.empty());
}

TEST(CredentialsValue, NamesTheMemberThatIsWrong) {
  using enum CredentialsType;
  const auto names = [](CredentialsType type, const std::string& json, const std::string& words) {
    const std::string mistake = mistake_in(type, json);
    EXPECT_NE(mistake.find(words), std::string::npos) << json << " -> " << mistake;
  };
  names(Basic, "", "not JSON");
  names(Basic, "[]", "not a JSON object");
  names(Basic, "{}", "at least one");
  names(Basic, R"({"userName": "", "clientId": ""})", "at least one");
  names(Basic, R"({"userName": 5})", "userName: must be a text");
  names(Basic, R"({"userName": "u", "authRule": {}})", "authRule: unknown");
  names(Basic, R"({"userName": "u", "authRules": []})", "authRules: must be an object");
  names(Basic, R"({"userName": "u", "authRules": {"pubAuthRulePattern": []}})",
        "authRules.pubAuthRulePattern: unknown");
  names(Basic, R"({"userName": "u", "authRules": {"pubAuthRulePatterns": [1]}})",
        "pubAuthRulePatterns: must be a list of texts");
  names(Basic, R"({"userName": "u", "authRules": {"subFilterRules": [{"filter": "a"}]}})",
        "subFilterRules: each rule needs allow and filter");
  names(Basic, R"({"userName": "u", "authRules": {"pubAuthRulePatterns": ["("]}})", "authRules: ");
  names(Basic, R"({"userName": "u", "authRules": {"pubAuthRulePatterns": ["(a)\\1"]}})",
        "authRules: ");
  names(Basic, R"({"userName": "a\u0000b"})", "NUL");
  names(X509, R"({"certCnIsRegex": false})", "certCnPattern: must not be empty");
  names(X509, R"({"certCnPattern": "(", "certCnIsRegex": true})", "certCnPattern: ");
  names(X509, R"({"certCnPattern": "a", "authRulesMapping": {"(": {}}})", "authRulesMapping: ");
  names(X509, R"({"certCnPattern": "a", "certCnIsRegex": "yes"})", "must be true or false");
  names(Scram, R"({"userName": "u", "algorithm": "MD5"})", "'MD5' is not one of the choices");
  names(Scram, R"({"userName": "u", "algorithm": "SHA_256"})", "password: must not be empty");
}

TEST(CredentialsValue, StoresAndReadsAllThatItHolds) {
  for (const auto& credentials :
       {testing::basic("n", "user\"name"), testing::x509("n", "cn"), testing::x509("n", "c.", true),
        testing::scram("n", "\xC3\xA9")}) {
    auth::Credentials value = credentials.value;
    if (value.basic) value.basic->password_hash = "$2b$hash";
    if (value.basic) value.basic->rules->publish.filters = {{false, "a/+"}};
    const std::string stored = print_credentials(value);

    const auto again = must(parse_credentials(type_of(value), stored));

    EXPECT_EQ(print_credentials(again), stored);
    EXPECT_EQ(key_of(again), key_of(value));
    if (value.scram) {
      EXPECT_EQ(again.scram->salt, value.scram->salt);
      EXPECT_EQ(again.scram->server_key, value.scram->server_key);
    }
  }
}

TEST(CredentialsValue, ShowsNoSecrets) {
  auth::Credentials basic = testing::basic("n", "u").value;
  basic.basic->password_hash = "$2b$hash";
  EXPECT_EQ(print_credentials_masked(basic).find("hash"), std::string::npos);

  const auth::Credentials scram = testing::scram("n", "u").value;
  const std::string shown = print_credentials_masked(scram);
  EXPECT_NE(shown.find(R"("salt":null)"), std::string::npos);
  EXPECT_NE(shown.find(R"("storedKey":null)"), std::string::npos);
  EXPECT_EQ(shown.find("iterations"), std::string::npos);
}

TEST(CredentialsValue, AnExpressionIsNotFoundAsACommonName) {
  EXPECT_EQ(key_of(testing::x509("n", "a+b").value), auth::x509_key("a+b"));
  EXPECT_NE(key_of(testing::x509("n", "a+b", true).value), auth::x509_key("a+b"));
}

}  // namespace
}  // namespace sluice::entities
