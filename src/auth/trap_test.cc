// The mistakes that other brokers made with rules, one table for each class: of TBMQ, and of the
// CVEs whose numbers stand at the tests.

#include <gtest/gtest.h>
#include <pthread.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_rules.h"
#include "auth/block_list.h"
#include "auth/rule_book.h"

namespace sluice::auth {
namespace {

using Rules = std::shared_ptr<const AuthorizationRules>;

RuleText both(RuleList list) {
  return {list, list};
}

/// Null where making fails, as it must for some of the names below.
Rules rules_for(const std::string& name, const RuleList& list) {
  auto made = AuthorizationRules::make(both(list), {name, name, name});
  return made ? *made : nullptr;
}

std::vector<std::string> evil_names() {
  return {"",           "+",        "#",        "/",        "+/+",
          "victim/#",   "victim/+", "*",        ".*",       ".",
          "v.ctim",     "[a-z]+",   "victim|x", "x|victim", ")|(",
          "(?i)VICTIM", "\\",       "\\E.*",    "\\Q",      std::string(1, '\0'),
          "victim\n",   "$SYS",     "${cn}",    "a${cn}",   "^victim$",
          "victim{1}",  "vict?im",  "\xff\xfe"};
}

/// CVE-2017-7650: a Client that calls itself '#' or '+'.
TEST(IdentityInjection, NoNameReachesTheTopicsOfAnother) {
  const std::vector<RuleList> templates = {
      {{}, {{true, "${clientId}/#"}}}, {{}, {{true, "d/${username}"}}},
      {{}, {{true, "d-${cn}/x"}}},     {{"${clientId}/.*"}, {}},
      {{"d/${username}"}, {}},         {{"(d|e)[/-](?:${cn})(/x)?"}, {}},
      {{"${clientId}|other"}, {}},     {{"(?:${username})+/x"}, {}},
  };
  for (const std::string& name : evil_names()) {
    for (const RuleList& list : templates) {
      const Rules rules = rules_for(name, list);
      if (!rules) continue;  // refused is as good
      for (const char* topic : {"victim", "victim/x", "d/victim", "d-victim/x", "d", "x", "$SYS/x",
                                "VICTIM/x", "/x", "d/"}) {
        EXPECT_FALSE(rules->may_publish(topic)) << name << " " << topic;
        EXPECT_FALSE(rules->may_subscribe(topic)) << name << " " << topic;
      }
      for (const char* filter : {"#", "+", "+/#", "d/#", "d/+", "victim/#", "$SYS/#", "+/x"}) {
        EXPECT_FALSE(rules->may_subscribe(filter)) << name << " " << filter;
      }
    }
  }
}

TEST(IdentityInjection, NoNameGetsOutOfADenial) {
  const RuleList list{{".*"}, {{true, "open/#"}, {false, "d/${clientId}/#"}, {true, "d/#"}}};
  for (const std::string name : {"+", "#", "a/b", "", "$x", "a#b"}) {
    const Rules rules = rules_for(name, list);

    EXPECT_TRUE(rules->may_publish("open/x")) << name;
    EXPECT_FALSE(rules->may_publish("d/a/b")) << name;
    EXPECT_FALSE(rules->may_publish("elsewhere")) << name;
    EXPECT_FALSE(rules->allows_all_publish()) << name;
  }
}

/// CVE-2018-12550: an empty file of rules let everybody do everything. In TBMQ a list that is
/// empty and one that is not there differ, and are easily taken for each other.
TEST(FailOpen, OnlyTheAbsenceOfRulesAllowsEverything) {
  EXPECT_EQ(RuleBook::of(std::nullopt)->rules_for({}), nullptr);

  const std::vector<Rules> denying = {
      RuleBook::of(RuleText{})->rules_for({}),
      RuleBook::of(both({{"("}, {}}))->rules_for({}),
      RuleBook::of(both({{}, {{true, "a/#/b"}}}))->rules_for({}),
      RuleBook::of(both({{"${nobody}"}, {}}))->rules_for({}),
      RuleBook::of(both({{"${username}.*"}, {}}))->rules_for({"c", "", ""}),
      (*RuleBook::of(std::vector<RuleBook::Mapping>{}))->rules_for({}),
      (*RuleBook::of({{"other", both({{".*"}, {}})}}))->rules_for({"c", "u", "cn"}),
      AuthorizationRules::any_of({}),
      *AuthorizationRules::from_stored_text("1"),
      *AuthorizationRules::from_stored_text("1()"),
  };
  for (std::size_t i = 0; i < denying.size(); ++i) {
    ASSERT_NE(denying[i], nullptr) << i;
    EXPECT_FALSE(denying[i]->may_publish("a")) << i;
    EXPECT_FALSE(denying[i]->may_subscribe("a")) << i;
    EXPECT_FALSE(denying[i]->allows_all_publish()) << i;
  }
  EXPECT_FALSE(AuthorizationRules::from_stored_text("")) << "what was lost is no permission";
}

/// Java's expressions backtrack: these take it exponential time on a text that nearly matches.
TEST(RegexCpu, ExpressionsThatMakeOthersBacktrackEnd) {
  const std::string text(1023, 'a');
  for (const char* pattern :
       {"(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*a){20}b", "([a-z]+)*b", "(a?){50}a{50}b"}) {
    const Rules rules = rules_for("c", {{pattern}, {}});
    ASSERT_NE(rules, nullptr) << pattern;
    EXPECT_FALSE(rules->may_publish(text + "!")) << pattern;

    const Block block{BlockType::Regex, pattern, BlockTarget::ClientId};
    EXPECT_EQ((*BlockList::make({block}))->find(text + "!", "", "", 0), nullptr) << pattern;
  }
}

TEST(RegexCpu, ExpressionsThatCannotBeLinearOrSmallAreRefused) {
  for (const char* pattern : {"(a)\\1", "(?<n>a)\\k<n>", "(?=a)", "(?!a)", "(?<=a)", "(?>a)", "a*+",
                              "((a{100}){100}){100}", "(\\pL{500}){2}"}) {
    EXPECT_FALSE(check_rules(both({{pattern}, {}}))) << pattern;
    EXPECT_FALSE(check_block({BlockType::Regex, pattern})) << pattern;
    EXPECT_FALSE(RuleBook::of({{pattern, {}}})) << pattern;
  }
}

/// TBMQ matches a filter as text, so that "dev/[^/]+" grants dev/# and all below.
TEST(WiderThanTheGrant, AFilterIsWhatItMatchesAndNotItsText) {
  EXPECT_FALSE(rules_for("c", {{"dev/[^/]+"}, {}})->may_subscribe("dev/#"));
  EXPECT_FALSE(rules_for("c", {{"."}, {}})->may_subscribe("#"));
  EXPECT_FALSE(rules_for("c", {{"\\W"}, {}})->may_subscribe("#"));
  EXPECT_FALSE(rules_for("c", {{".{1,3}"}, {}})->may_subscribe("+/#"));
  EXPECT_FALSE(rules_for("c", {{}, {{true, "a/+"}}})->may_subscribe("a/#"));
  EXPECT_FALSE(rules_for("c", {{}, {{true, "a/+"}, {true, "a"}}})->may_subscribe("#"));
}

/// CVE-2018-12543 and others: topics with '$' are of the broker.
TEST(DollarTopics, AreNotGrantedByALeadingWildcard) {
  const Rules rules = rules_for("c", {{"[^$].*"}, {{true, "#"}, {true, "+/x/#"}}});

  for (const char* filter : {"$SYS/#", "$SYS/x", "$SYS", "$x/x/y"}) {
    EXPECT_FALSE(rules->may_subscribe(filter)) << filter;
    EXPECT_FALSE(rules->may_publish(filter)) << filter;
  }
  EXPECT_FALSE(check_rules(both({{}, {{true, "$share/g/a"}}}))) << "would never match";
}

/// CVE-2019-11779: a topic of 65'400 slashes overflowed the stack.
TEST(DeepRecursion, ATopicOfSlashesFitsASmallStack) {
  const auto work = [](void*) -> void* {
    const std::string deep(65'000, '/');
    std::string wide;
    for (int i = 0; i < 32'000; ++i) wide += "+/";
    const Rules rules =
        rules_for("c", {{"(/)*x", "/.*"}, {{false, wide + "x"}, {true, wide + "#"}}});
    EXPECT_TRUE(rules->may_publish(deep));
    EXPECT_TRUE(rules->may_subscribe(deep));
    EXPECT_FALSE(rules->may_subscribe(wide + "+"));
    return nullptr;
  };

  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 64 * 1024), 0);
  pthread_t thread{};
  ASSERT_EQ(pthread_create(&thread, &attributes, work, nullptr), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace
}  // namespace sluice::auth
