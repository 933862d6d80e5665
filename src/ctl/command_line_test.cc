#include "ctl/command_line.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ctl/listing.h"
#include "ctl/nouns/nouns.h"
#include "ctl/nouns/rule_options.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

std::variant<Invocation, Text> parse(std::vector<std::string> words) {
  static const std::vector<Noun> nouns = all_nouns();
  words.insert(words.begin(), "ctl");
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return parse_command_line(nouns, static_cast<int>(words.size()), pointers.data());
}

Invocation parsed(std::vector<std::string> words) {
  auto result = parse(std::move(words));
  if (const auto* text = std::get_if<Text>(&result)) {
    ADD_FAILURE() << text->text;
    return {};
  }
  return std::get<Invocation>(std::move(result));
}

int exit_code_of(std::vector<std::string> words) {
  const auto result = parse(std::move(words));
  const auto* text = std::get_if<Text>(&result);
  return text == nullptr ? -1 : text->exit_code;
}

Arguments arguments_of(std::vector<std::string> words) {
  return parsed(std::move(words)).arguments;
}

TEST(CtlCommandLine, FindsTheVerbAndItsWords) {
  const auto invocation = parsed({"users", "create", "a@b.c", "--role", "viewer"});

  EXPECT_EQ(invocation.verb->name, "create");
  EXPECT_EQ(invocation.arguments.text("EMAIL"), "a@b.c");
  EXPECT_EQ(invocation.arguments.text("--role"), "viewer");
  EXPECT_FALSE(invocation.arguments.has("--first-name"));
}

TEST(CtlCommandLine, TakesCommonOptionsBeforeAndBehindTheVerb) {
  EXPECT_EQ(parsed({"-o", "json", "users", "list"}).common.format, Format::Json);
  EXPECT_EQ(parsed({"users", "list", "-o", "yaml"}).common.format, Format::Yaml);
  EXPECT_EQ(parsed({"whoami", "--socket", "/s"}).common.socket_path, "/s");
  EXPECT_EQ(parsed({"whoami"}).common.data_dir, "sluice-data");
}

TEST(CtlCommandLine, TakesNamesThatLookLikeVerbsOrLists) {
  EXPECT_EQ(arguments_of({"users", "get", "list"}).text("USER"), "list");
  EXPECT_EQ(arguments_of({"credentials", "get", "users"}).text("CREDENTIALS"), "users");
  EXPECT_EQ(arguments_of({"blocked", "add", "regex", "[a,b]", "--target", "ip"}).text("VALUE"),
            "[a,b]");
  EXPECT_EQ(arguments_of({"unauthorized", "get", "--", "-x"}).text("CLIENT"), "-x");
}

TEST(CtlCommandLine, RepeatsOptionsInTheirOrder) {
  const auto arguments = arguments_of({"credentials", "create", "basic", "--publish", "deny:a/#",
                                       "--publish", "pattern:[a,b]", "x"});

  EXPECT_EQ(arguments.list("--publish"), (std::vector<std::string>{"deny:a/#", "pattern:[a,b]"}));
  EXPECT_EQ(arguments.text("NAME"), "x");
}

TEST(CtlCommandLine, TakesSeveralWordsWhereTheyRepeat) {
  EXPECT_EQ(arguments_of({"providers", "order", "jwt", "basic"}).list("TYPE"),
            (std::vector<std::string>{"jwt", "basic"}));
  EXPECT_TRUE(arguments_of({"providers", "order"}).list("TYPE").empty());
}

TEST(CtlCommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(exit_code_of({}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users"}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users", "dance"}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users", "list", "-o", "xml"}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users", "create", "a@b.c"}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users", "create", "a@b.c", "--role", "king"}), kExitUsage);
  EXPECT_EQ(exit_code_of({"users", "get", "a", "b"}), kExitUsage);
}

TEST(CtlCommandLine, SuggestsTheNounOrVerbThatWasMeant) {
  const auto noun = parse({"credential", "list"});
  const auto verb = parse({"credentials", "create", "basics"});

  EXPECT_NE(std::get<Text>(noun).text.find("did you mean 'credentials'?"), std::string::npos);
  EXPECT_NE(std::get<Text>(verb).text.find("did you mean 'basic'?"), std::string::npos);
}

TEST(CtlCommandLine, HelpIsNoError) {
  EXPECT_EQ(exit_code_of({"--help"}), 0);
  EXPECT_EQ(exit_code_of({"credentials", "create", "basic", "--help"}), 0);
}

/// The words of a line of the shell, in which only single quotes mean something.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      is_quoted = !is_quoted;
    } else if (c == ' ' && !is_quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

TEST(CtlCommandLine, EachVerbHasAnExampleThatItUnderstands) {
  for (const Noun& noun : all_nouns()) {
    for (const Verb& verb : noun.verbs) {
      const std::string command = noun.name + " " + verb.name;
      const auto result = parse(words_of(command + " " + verb.example));
      const auto* invocation = std::get_if<Invocation>(&result);

      ASSERT_NE(invocation, nullptr) << command << ": " << std::get<Text>(result).text;
      EXPECT_EQ(invocation->verb->name, verb.name);
      const auto help = parse(words_of(command + " --help"));
      EXPECT_NE(std::get<Text>(help).text.find("Example: sluice ctl "), std::string::npos);
    }
  }
}

TEST(CtlCommandLine, WhatCannotChangeIsNotWatched) {
  EXPECT_EQ(parsed({"blocked", "list", "--watch", "2"}).watch_seconds, 2);
  EXPECT_EQ(exit_code_of({"users", "get", "a", "--watch", "2"}), kExitUsage);
}

TEST(ListFilters, BecomeParametersOfTheApi) {
  const std::vector<ListFilter> filters{{"user", "user"}, time_filters().front()};

  EXPECT_EQ(read_filters({"user=a=b", "since=1970-01-02"}, filters).value(),
            (Query{{"user", "a=b"}, {"startTime", "86400000"}}));
  EXPECT_FALSE(read_filters({"user"}, filters));
  EXPECT_FALSE(read_filters({"colour=red"}, filters));
}

TEST(RuleOptions, ReplaceTheDirectionThatIsGiven) {
  const auto arguments = arguments_of({"credentials", "update", "x", "--publish", "deny:a/b",
                                       "--publish", "allow:a/#", "--publish", "pattern:x:.*"});
  const json::value before = json::parse(R"({"subAuthRulePatterns": ["s"]})");

  EXPECT_EQ(change_rules(arguments, before).value(), json::parse(R"({
      "subAuthRulePatterns": ["s"], "pubAuthRulePatterns": ["x:.*"],
      "pubFilterRules": [{"allow": false, "filter": "a/b"}, {"allow": true, "filter": "a/#"}]})"));
}

TEST(RuleOptions, RefuseWhatIsNoRule) {
  for (const char* rule : {"a/#", "allow:", "grant:a"}) {
    EXPECT_FALSE(change_rules(arguments_of({"credentials", "update", "x", "--publish", rule}), {}));
  }
  EXPECT_FALSE(change_rules(
      arguments_of({"credentials", "update", "x", "--no-rules", "--publish", "allow:a"}), {}));
}

TEST(RuleOptions, TakeRulesAway) {
  const auto arguments = arguments_of({"credentials", "update", "x", "--no-rules"});

  EXPECT_EQ(change_rules(arguments, json::object{{"pubAuthRulePatterns", nullptr}}).value(),
            json::value(nullptr));
}

}  // namespace
}  // namespace sluice::ctl
