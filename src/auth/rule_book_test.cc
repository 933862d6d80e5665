#include "auth/rule_book.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::auth {
namespace {

RuleText publish(std::string pattern) {
  return {{{std::move(pattern)}, {}}, {}};
}

Subject named(std::string_view common_name) {
  return {"client", "user", common_name};
}

TEST(RuleBook, WithoutATextEverythingIsAllowed) {
  EXPECT_EQ(RuleBook::of(std::nullopt)->rules_for(named("")), nullptr);
}

TEST(RuleBook, AnEmptyTextAllowsNothing) {
  const auto rules = RuleBook::of(RuleText{})->rules_for(named(""));

  ASSERT_NE(rules, nullptr);
  EXPECT_FALSE(rules->may_publish("a"));
}

TEST(RuleBook, ATextWithoutPlaceholdersIsCompiledOnce) {
  const auto shared = RuleBook::of(publish("a/.*"));
  const auto own = RuleBook::of(publish("${cn}/.*"));

  EXPECT_EQ(shared->rules_for(named("x")), shared->rules_for(named("y")));
  EXPECT_TRUE(own->rules_for(named("x"))->may_publish("x/1"));
  EXPECT_FALSE(own->rules_for(named("y"))->may_publish("x/1"));
}

TEST(RuleBook, ATextThatCannotBeMadeAllowsNothing) {
  for (const char* pattern : {"(", "(${cn}"}) {
    const auto rules = RuleBook::of(publish(pattern))->rules_for(named("x"));
    ASSERT_NE(rules, nullptr) << pattern;
    EXPECT_FALSE(rules->may_publish("x")) << pattern;
  }
}

TEST(RuleBook, MappingsAreFoundAnywhereInTheCommonName) {
  const auto book = *RuleBook::of({{"gate", publish("g/${cn}")}, {"^lab-", publish("l/.*")}});

  EXPECT_TRUE(book->rules_for(named("my-gate-1"))->may_publish("g/my-gate-1"));
  EXPECT_TRUE(book->rules_for(named("lab-gate"))->may_publish("g/lab-gate"));
  EXPECT_TRUE(book->rules_for(named("lab-gate"))->may_publish("l/1"));
  EXPECT_FALSE(book->rules_for(named("my-lab-1"))->may_publish("l/1"));
}

TEST(RuleBook, NoMappingThatMatchesAllowsNothing) {
  const auto book = *RuleBook::of({{"gate", publish(".*")}});

  ASSERT_NE(book->rules_for(named("x")), nullptr);
  EXPECT_FALSE(book->rules_for(named("x"))->may_publish("a"));
  EXPECT_FALSE(
      (*RuleBook::of(std::vector<RuleBook::Mapping>{}))->rules_for(named("x"))->may_publish("a"));
}

TEST(RuleBook, ADenialInOneMappingLeavesWhatAnotherAllows) {
  const RuleText denying{{{}, {{false, "a/secret"}, {true, "a/#"}}}, {}};
  const auto book = *RuleBook::of({{".*", denying}, {"admin", publish("a/secret")}});

  EXPECT_FALSE(book->rules_for(named("x"))->may_publish("a/secret"));
  EXPECT_TRUE(book->rules_for(named("admin"))->may_publish("a/secret"));
}

TEST(RuleBook, RefusesMappingsThatCannotWork) {
  EXPECT_FALSE(RuleBook::of({{"(", publish("a")}}));
  EXPECT_FALSE(RuleBook::of({{"gate", publish("(")}}));
  EXPECT_FALSE(RuleBook::of({{"gate", publish("${serial}")}}));
}

TEST(RuleBook, ServesThreadsAtOnce) {
  const auto book = *RuleBook::of({{"[a-z]+", publish("(a|b)+/[0-9]*")}});
  const auto work = [&] {
    for (int i = 0; i < 1000; ++i) {
      const auto rules = book->rules_for(named("x"));
      EXPECT_TRUE(rules->may_publish("abab/" + std::to_string(i)));
      EXPECT_FALSE(rules->may_publish("abac/" + std::to_string(i)));
    }
  };

  std::thread other(work);
  work();
  other.join();
}

}  // namespace
}  // namespace sluice::auth
