#include "auth/authorization_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "mqtt/topic/random_topics_for_test.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::auth {
namespace {

using Rules = std::shared_ptr<const AuthorizationRules>;

constexpr Subject kSubject{"dev1", "bob", "gate.example"};

/// The same list in both directions.
RuleText text_of(RuleList list) {
  return {list, list};
}

Rules rules_of(RuleList list, const Subject& subject = kSubject) {
  auto made = AuthorizationRules::make(text_of(std::move(list)), subject);
  if (!made) ADD_FAILURE() << made.error().what;
  return *made;
}

Rules patterns(std::vector<std::string> patterns, const Subject& subject = kSubject) {
  return rules_of({std::move(patterns), {}}, subject);
}

Rules filters(std::vector<FilterRule> filters, const Subject& subject = kSubject) {
  return rules_of({{}, std::move(filters)}, subject);
}

std::string refusal_of(RuleList list) {
  const auto checked = check_rules(text_of(std::move(list)));
  return checked ? "" : checked.error().what;
}

TEST(AuthorizationRules, AnEmptyListAllowsNothing) {
  const Rules rules = rules_of({});

  EXPECT_FALSE(rules->may_publish("a"));
  EXPECT_FALSE(rules->may_subscribe("a"));
  EXPECT_FALSE(rules->allows_all_publish());
}

TEST(AuthorizationRules, DirectionsAreSeparate) {
  const auto rules = *AuthorizationRules::make({{{"up/.*"}, {}}, {{"down/.*"}, {}}}, kSubject);

  EXPECT_TRUE(rules->may_publish("up/1"));
  EXPECT_FALSE(rules->may_publish("down/1"));
  EXPECT_TRUE(rules->may_subscribe("down/1"));
  EXPECT_FALSE(rules->may_subscribe("up/1"));
}

TEST(AuthorizationRules, APatternMatchesTheWholeTopic) {
  const Rules rules = patterns({"dev/[0-9]+", "plain", "^anchored/.*$", "dots\\.and\\$"});

  EXPECT_TRUE(rules->may_publish("dev/12"));
  EXPECT_FALSE(rules->may_publish("dev/12/x"));
  EXPECT_FALSE(rules->may_publish("x/dev/12"));
  EXPECT_TRUE(rules->may_publish("plain"));
  EXPECT_FALSE(rules->may_publish("plain/x"));
  EXPECT_TRUE(rules->may_publish("anchored/x"));
  EXPECT_TRUE(rules->may_publish("dots.and$"));
  EXPECT_FALSE(rules->may_publish("dotsXand$"));
}

/// Patterns that are read without RE2 must mean what RE2 would have said.
TEST(AuthorizationRules, PlainReadingOfAPatternAgreesWithRe2) {
  const std::vector<std::string> texts = {"a",   "ab",  "abb",  "a.b", "a+",  "a/b",  "",
                                          "a\n", "axb", "a.*",  "a$",  "^a",  "a{2}", "aa",
                                          "A",   "a/",  "a//b", "a]",  "a-b", "ab+"};
  for (const char* pattern :
       {"a",      "ab*", "ab+",   "a.b",       "a\\.b", "a\\+",      "a/.*",
        ".*",     "^a$", "^a.*$", "a.*?",      "a\\$",  "\\Qa.*\\E", "\\Qa+\\E.*",
        "\\Qa.*", "a|b", "(?i)a", "a{2}",      "a]",    "\\^a",      "a\\-b",
        "$",      "^",   "a$b",   "\\Qab\\E*", "a.*.*", "\\x61"}) {
    const Rules plain = patterns({pattern});
    const Rules forced = patterns(
        {"(?:" + std::string(pattern) + (std::string(pattern) == "\\Qa.*" ? "\\E)" : ")")});
    for (const std::string& text : texts) {
      EXPECT_EQ(plain->may_publish(text), forced->may_publish(text)) << pattern << " on " << text;
    }
  }
}

TEST(AuthorizationRules, AnUnclosedQuoteStaysWithinItsPattern) {
  const Rules rules = patterns({"(x)\\Qa", "(y)b"});

  EXPECT_TRUE(rules->may_publish("xa"));
  EXPECT_TRUE(rules->may_publish("yb"));
  EXPECT_FALSE(rules->may_publish("xa|yb"));
}

TEST(AuthorizationRules, TheFirstFilterRuleThatMatchesDecides) {
  const Rules rules =
      rules_of({{"dev/.*"}, {{false, "dev/secret/#"}, {true, "lab/+"}, {false, "lab/#"}}});

  EXPECT_FALSE(rules->may_publish("dev/secret"));
  EXPECT_FALSE(rules->may_publish("dev/secret/x"));
  EXPECT_TRUE(rules->may_publish("dev/open")) << "no filter rule matches, a pattern does";
  EXPECT_TRUE(rules->may_publish("lab/1"));
  EXPECT_FALSE(rules->may_publish("lab/1/2"));
  EXPECT_FALSE(rules->may_publish("other"));
}

TEST(AuthorizationRules, LeadingWildcardsSayNothingOfDollarTopics) {
  const Rules rules = filters({{true, "#"}, {true, "+/load"}});

  EXPECT_FALSE(rules->may_publish("$SYS/load"));
  EXPECT_FALSE(rules->may_subscribe("$SYS/#"));
  EXPECT_TRUE(rules->may_subscribe("#"));
  EXPECT_TRUE(filters({{true, "$SYS/#"}})->may_subscribe("$SYS/+"));
}

TEST(AuthorizationRules, AFilterWiderThanItsGrantIsRefused) {
  const Rules rules = filters({{true, "a/#"}, {true, "b/+/c"}});

  for (const char* filter : {"a", "a/#", "a/+/b", "b/+/c", "b/x/c"}) {
    EXPECT_TRUE(rules->may_subscribe(filter)) << filter;
  }
  for (const char* filter : {"#", "+/#", "+", "b/#", "b/+/+", "+/+/c"}) {
    EXPECT_FALSE(rules->may_subscribe(filter)) << filter;
  }
}

TEST(AuthorizationRules, AFilterThatReachesIntoADenialIsRefused) {
  const Rules rules = filters({{false, "a/secret"}, {true, "a/#"}});

  EXPECT_FALSE(rules->may_subscribe("a/#"));
  EXPECT_FALSE(rules->may_subscribe("a/+"));
  EXPECT_TRUE(rules->may_subscribe("a/open/#"));
  EXPECT_TRUE(filters({{true, "a/#"}, {false, "a/secret"}})->may_subscribe("a/#"))
      << "what an earlier rule grants as a whole is granted";
}

TEST(AuthorizationRules, APatternGrantsAFilterOnlyWithWhatItMatches) {
  struct Case {
    const char* pattern;
    const char* filter;
    bool is_granted;
  };
  for (const auto& [pattern, filter, is_granted] : std::vector<Case>{
           {".*", "#", true},
           {".*", "$SYS/#", true},
           {"dev/.*", "dev/#", true},
           {"dev/.*", "dev/+/x/#", true},
           {"dev/.*", "#", false},
           {"dev/[^/]+", "dev/+", true},
           {"dev/[^/]+", "dev/#", false},
           {"[^/]*/[^/]*", "+/+", true},
           {"[^/]*/[^/]*", "+/#", false},
           {"dev/[a-z]+", "dev/+", false},
           {"dev/[^a-z]+", "dev/+", false},
           {"dev/\\W*", "dev/#", false},
           {"dev/[!-~]+", "dev/+", false},
           {"dev/.{1,20}", "dev/+", false},
           {"dev/\\+", "dev/+", true},
           {"dev/#", "dev/#", true},
           {"dev/(\\+|[a-z]+)", "dev/+", true},
           {"dev/\\+/[^/]+", "dev/+/+", true},
           {"dev/\\+/[^/]+", "dev/+/#", false},
           {"(lab/#|dev/[^/]+)", "lab/#", true},
           {"(lab/#|dev/[^/]+)", "dev/#", false},
           {"dev/[+#a-z/]*", "dev/+/#", true},
       }) {
    EXPECT_EQ(patterns({pattern})->may_subscribe(filter), is_granted) << pattern << " " << filter;
  }
}

TEST(AuthorizationRules, ATextThatIsTooLongForTheAutomatonMatchesPlainPatternsOnly) {
  const std::string topic = "dev/" + std::string(5000, 'x');

  EXPECT_FALSE(patterns({"dev/[a-z]+"})->may_publish(topic));
  EXPECT_TRUE(patterns({"dev/.*"})->may_publish(topic));
}

TEST(AuthorizationRules, OnlyAPatternForEverythingAllowsAllPublish) {
  EXPECT_TRUE(patterns({"dev", ".*"})->allows_all_publish());
  EXPECT_TRUE(rules_of({{".*"}, {{true, "a"}}})->allows_all_publish());
  EXPECT_FALSE(rules_of({{".*"}, {{false, "a"}}})->allows_all_publish());
  EXPECT_FALSE(filters({{true, "#"}})->allows_all_publish()) << "not $SYS";
  EXPECT_FALSE(patterns({"dev/.*"})->allows_all_publish());
  EXPECT_TRUE(patterns({".*"})->may_publish("line\nbreak"));
}

TEST(AuthorizationRules, PlaceholdersAreReplacedLiterally) {
  const Rules rules = rules_of(
      {{"${username}/.*"}, {{true, "d/${clientId}/#"}, {true, "cn-${cn}"}}}, {"a.c", "b*b", "x y"});

  EXPECT_TRUE(rules->may_publish("d/a.c/1"));
  EXPECT_TRUE(rules->may_publish("b*b/1"));
  EXPECT_TRUE(rules->may_publish("cn-x y"));
  EXPECT_FALSE(rules->may_publish("d/abc/1"));
  EXPECT_FALSE(rules->may_publish("bbbb/1"));
}

TEST(AuthorizationRules, AnEscapedDollarIsNoPlaceholder) {
  EXPECT_TRUE(patterns({"\\${clientId}"})->may_publish("${clientId}"));
}

TEST(AuthorizationRules, ReplacedValuesAreNotReplacedAgain) {
  const Rules rules = patterns({"x/${clientId}"}, {"a${username}", "bob", ""});

  EXPECT_TRUE(rules->may_publish("x/a${username}"));
  EXPECT_FALSE(rules->may_publish("x/abob"));
  EXPECT_TRUE(
      (*AuthorizationRules::from_stored_text(rules->stored_text()))->may_publish("x/a${username}"));
}

TEST(AuthorizationRules, SavingRefusesWhatCannotWork) {
  EXPECT_NE(refusal_of({{"a(b"}, {}}).find("missing )"), std::string::npos);
  for (const char* pattern : {"(a)\\1", "(?=a)b", "(?<!a)b", "a++", "a*+", "a{2}+", "(?>a)", "a\\",
                              "[a-z&&[^b]]", "[a[bc]]", "${serial}", "${clientId", "[${cn}]",
                              "\\Q${cn}\\E", "${cn}*", "(a{1000}){1000}", "\\p{Alpha}"}) {
    const std::string refusal = refusal_of({{pattern}, {}});
    EXPECT_NE(refusal.find(pattern), std::string::npos) << pattern << ": " << refusal;
  }
  for (const char* filter :
       {"", "a/#/b", "a+", "#a", "$share/g/a", "${serial}/a", "${clientId", "a/${cn}#"}) {
    EXPECT_NE(refusal_of({{}, {{true, filter}}}), "") << filter;
  }
  EXPECT_NE(refusal_of({std::vector<std::string>(kRulesMax + 1, "a"), {}}), "");
  EXPECT_NE(refusal_of({{std::string(kPatternBytesMax + 1, 'a')}, {}}), "");
  EXPECT_EQ(refusal_of({std::vector<std::string>(kRulesMax, "a"), {}}), "");
  EXPECT_EQ(refusal_of({{"[[:alpha:]]+", "(?:${cn})*", "a\\[b", "[]]", "[^]a]"}, {}}), "");
}

TEST(AuthorizationRules, StoredTextGivesTheSameRules) {
  const Rules rules =
      rules_of({{"a:1\\)\\(", "x\ny", "d/[^/]+"}, {{false, "s/${clientId}/#"}, {true, "s/#"}}});

  const Rules again = *AuthorizationRules::from_stored_text(rules->stored_text());

  EXPECT_EQ(again->stored_text(), rules->stored_text());
  for (const char* topic : {"a:1)(", "x\ny", "d/1", "d/1/2", "s/dev1/x", "s/1"}) {
    EXPECT_EQ(again->may_publish(topic), rules->may_publish(topic)) << topic;
  }
}

TEST(AuthorizationRules, StoredTextIsStable) {
  const auto rules = *AuthorizationRules::make(
      {{{".*"}, {}}, {{}, {{false, "s/${clientId}"}, {true, "s/#"}}}}, kSubject);

  EXPECT_EQ(rules->stored_text(), "1(P~2:.*S-6:s/dev1S+3:s/#)");
}

TEST(AuthorizationRules, DamagedStoredTextIsAnError) {
  const std::string whole = "1(P~2:.*S-6:s/dev1S+3:s/#)";
  EXPECT_TRUE(AuthorizationRules::from_stored_text(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == 1) continue;  // "1" is no alternative at all, and allows nothing
    EXPECT_FALSE(AuthorizationRules::from_stored_text(whole.substr(0, size))) << size;
  }
  for (const char* text : {"2(P~2:.*)", "12(P~2:.*)", "1(P~2:.*)x", "1(P~99999999999999999999:x)",
                           "1(P~-1:x)", "1(X~1:x)", "1(P?1:x)", "1(P~1:()", "1(S+1:a#)"}) {
    EXPECT_FALSE(AuthorizationRules::from_stored_text(text)) << text;
  }
}

TEST(AuthorizationRules, OneOfSeveralHasToAllow) {
  const Rules first = filters({{false, "a/1"}, {true, "a/#"}});
  const Rules second = patterns({"b/.*"});

  const Rules both = AuthorizationRules::any_of({first, second});
  const Rules stored = *AuthorizationRules::from_stored_text(both->stored_text());

  for (const Rules& rules : {both, stored}) {
    EXPECT_TRUE(rules->may_publish("a/2"));
    EXPECT_FALSE(rules->may_publish("a/1"));
    EXPECT_TRUE(rules->may_subscribe("b/#"));
    EXPECT_FALSE(rules->may_subscribe("a/#"));
  }
  EXPECT_FALSE(AuthorizationRules::any_of({})->may_publish("a"));
}

rc::Gen<std::vector<FilterRule>> filter_rules() {
  const auto usable = rc::gen::suchThat(mqtt::test::filters(), [](const std::string& filter) {
    return mqtt::is_valid_topic_filter(filter, 8);
  });
  const auto rule = rc::gen::map(rc::gen::pair(rc::gen::arbitrary<bool>(), usable),
                                 [](const std::pair<bool, std::string>& pair) {
                                   return FilterRule{pair.first, pair.second};
                                 });
  return rc::gen::resize(6, rc::gen::container<std::vector<FilterRule>>(rule));
}

RC_GTEST_PROP(AuthorizationRules, WhatAGrantedFilterMatchesIsAllowed, ()) {
  const Rules rules = filters(*filter_rules());
  const std::string filter = *mqtt::test::filters();
  const std::string topic = *mqtt::test::topics();
  RC_PRE(mqtt::is_valid_topic_filter(filter, 8) && mqtt::is_valid_topic_name(topic, 8));

  const bool is_granted = rules->may_subscribe(filter);

  RC_CLASSIFY(is_granted);
  if (is_granted && mqtt::matches(filter, topic)) RC_ASSERT(rules->may_publish(topic));
}

RC_GTEST_PROP(AuthorizationRules, ATopicIsAllowedAsAFilterIfAsATopic, ()) {
  const Rules rules = filters(*filter_rules());
  const std::string topic = *mqtt::test::topics();
  RC_PRE(mqtt::is_valid_topic_name(topic, 8));

  RC_ASSERT(rules->may_subscribe(topic) == rules->may_publish(topic));
}

/// Whatever a Client calls itself, it gets at its own level and nowhere else.
RC_GTEST_PROP(AuthorizationRules, AValueNeverReachesBeyondItself, ()) {
  const std::string chars = "ab+#/$.*()[]\\{}|^?-Q E";
  const std::string value = *rc::gen::container<std::string>(rc::gen::elementOf(chars));
  const std::string other = *rc::gen::container<std::string>(rc::gen::elementOf(chars));
  RC_PRE(value != other && !other.starts_with(value + "/"));
  const Rules rules =
      rules_of({{"p/${clientId}/.*"}, {{true, "f/${clientId}/#"}}}, {value, "bob", "gate.example"});

  for (const char* root : {"p/", "f/"}) {
    const std::string topic = root + other + "/x";
    if (mqtt::is_valid_topic_name(topic, 100)) RC_ASSERT(!rules->may_publish(topic));
    if (mqtt::is_valid_topic_filter(topic, 100)) RC_ASSERT(!rules->may_subscribe(topic));
  }
}

RC_GTEST_PROP(AuthorizationRules, StoredTextRoundTrips, ()) {
  const std::string value = *rc::gen::string<std::string>();
  const RuleText text{{{"p/${username}", "[^/]+/x"}, *filter_rules()}, {{}, *filter_rules()}};
  const auto rules = AuthorizationRules::make(text, {"c", value, "n"});
  RC_PRE(rules.has_value());

  const auto again = AuthorizationRules::from_stored_text((*rules)->stored_text());

  RC_ASSERT(again.has_value());
  RC_ASSERT((*again)->stored_text() == (*rules)->stored_text());
}

}  // namespace
}  // namespace sluice::auth
