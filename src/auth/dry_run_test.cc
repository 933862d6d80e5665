#include "auth/dry_run.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

using Texts = std::vector<std::string>;

std::shared_ptr<const RuleBook> book_of(std::vector<FilterRule> filters) {
  return RuleBook::of(RuleText{{{}, filters}, {{}, filters}});
}

TEST(DryRun, TellsWhatEachClientLosesAndGains) {
  const auto before = book_of({{true, "${clientId}/#"}, {true, "shared/#"}});
  const auto after = book_of({{false, "+/secret"}, {true, "${clientId}/#"}, {true, "new"}});
  const std::vector<ClientInUse> clients = {
      {"c1", "", "", {"c1/#", "c1/x", "$share/g/shared/+", "new"}, {"c1/secret", "c1/x", "new"}},
      {"c2", "", "", {"c2/x"}, {"c2/x"}}};

  const auto effects = compare_rules(*before, *after, clients);

  ASSERT_EQ(effects.size(), 1U) << "nothing changes for c2";
  EXPECT_EQ(effects[0].client_id, "c1");
  EXPECT_EQ(effects[0].lost_filters, (Texts{"c1/#", "$share/g/shared/+"}));
  EXPECT_EQ(effects[0].gained_filters, Texts{"new"});
  EXPECT_EQ(effects[0].lost_topics, Texts{"c1/secret"});
  EXPECT_EQ(effects[0].gained_topics, Texts{"new"});
}

TEST(DryRun, NoRulesAtAllAreEverything) {
  const auto everything = RuleBook::of(std::nullopt);
  const auto nothing = RuleBook::of(RuleText{});
  const std::vector<ClientInUse> clients = {{"c", "", "", {"#"}, {"a"}}};

  EXPECT_EQ(compare_rules(*everything, *nothing, clients).at(0).lost_filters, Texts{"#"});
  EXPECT_EQ(compare_rules(*nothing, *everything, clients).at(0).gained_topics, Texts{"a"});
  EXPECT_TRUE(compare_rules(*everything, *everything, clients).empty());
}

}  // namespace
}  // namespace sluice::auth
