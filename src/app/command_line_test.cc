#include "app/command_line.h"

#include <gtest/gtest.h>

#include "app/exit_codes.h"

namespace sluice::app {
namespace {

// The strings stay alive as long as a ToolCommand may point to them.
struct Arguments {
  explicit Arguments(std::vector<std::string> given) : words(std::move(given)) {
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
  }

  Command parse() { return parse_command_line(static_cast<int>(words.size()), pointers.data()); }

  std::vector<std::string> words;
  std::vector<char*> pointers;
};

Command parse(std::vector<std::string> words) {
  words.insert(words.begin(), "sluice");
  return Arguments(std::move(words)).parse();
}

TEST(CommandLine, ServerNeedsNoArguments) {
  const auto command = std::get<ServerCommand>(parse({"server"}));

  EXPECT_FALSE(command.config_file);
  EXPECT_TRUE(command.assignments.empty());
}

TEST(CommandLine, ServerFlagsBecomeAssignments) {
  const auto command = std::get<ServerCommand>(
      parse({"server", "--config", "a.yml", "--listen", "mqtt://0.0.0.0:1883", "--listen",
             "ws://0.0.0.0:8084", "--shards", "2", "--data-dir", "/d", "--set",
             "mqtt.receive_max=10", "--set", "shards=9", "--log-level=debug"}));

  EXPECT_EQ(command.config_file, "a.yml");
  ASSERT_EQ(command.assignments.size(), 6U);
  EXPECT_EQ(command.assignments[0].key, "mqtt.receive_max");
  EXPECT_EQ(command.assignments[0].value, "10");
  EXPECT_EQ(command.assignments[0].origin, "--set mqtt.receive_max=10");
  EXPECT_EQ(command.assignments[2].value, "mqtt://0.0.0.0:1883,ws://0.0.0.0:8084");

  const auto outcome = config::load({std::nullopt, {}, command.assignments});
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.settings.shards, 2U);
  EXPECT_EQ(outcome.settings.data_dir, "/d");
  EXPECT_EQ(outcome.settings.log_level, config::LogLevel::Debug);
  EXPECT_EQ(outcome.settings.listeners.size(), 2U);
}

TEST(CommandLine, ChecksAConfigurationUnderTwoNames) {
  EXPECT_EQ(std::get<CheckCommand>(parse({"check", "--config", "a.yml"})).config_file, "a.yml");
  EXPECT_EQ(std::get<CheckCommand>(parse({"config", "check", "--config", "a.yml"})).config_file,
            "a.yml");
}

TEST(CommandLine, ShowsAConfiguration) {
  const auto command = std::get<ShowConfigCommand>(
      parse({"config", "show", "--set", "shards=2", "--origin", "--key", "sh", "-o", "json"}));

  EXPECT_FALSE(command.config_file);
  EXPECT_EQ(command.assignments.size(), 1U);
  EXPECT_TRUE(command.with_origin);
  EXPECT_EQ(command.prefix, "sh");
  EXPECT_EQ(command.format, ShowFormat::Json);
  EXPECT_EQ(std::get<TextCommand>(parse({"config", "show", "-o", "xml"})).exit_code, kExitUsage);
  EXPECT_EQ(std::get<TextCommand>(parse({"config"})).exit_code, kExitUsage);
}

TEST(CommandLine, ComparesWithTheRunningBrokerByTheControlTool) {
  EXPECT_EQ(std::get<ToolCommand>(parse({"config", "diff", "--anything"})).tool, Tool::Ctl);
}

TEST(CommandLine, WrongValuesAreLeftToTheLoader) {
  const auto command = std::get<ServerCommand>(parse({"server", "--shards", "many"}));

  const auto outcome = config::load({std::nullopt, {}, command.assignments});

  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().to_string(),
            "--shards many: shards: expects a whole number, not 'many'");
}

TEST(CommandLine, AnEmptyFileNameIsStillAFileName) {
  EXPECT_EQ(std::get<ServerCommand>(parse({"server", "--config", ""})).config_file, "");
}

TEST(CommandLine, CheckNamesItsFile) {
  EXPECT_EQ(std::get<CheckCommand>(parse({"check", "--config", "a.yml"})).config_file, "a.yml");
}

TEST(CommandLine, ToolsGetTheirArgumentsUntouched) {
  Arguments arguments({"sluice", "sub", "--help", "-t", "a/#", "--", "--set"});

  const auto command = std::get<ToolCommand>(arguments.parse());

  EXPECT_EQ(command.tool, Tool::Sub);
  EXPECT_EQ(std::vector<std::string>(command.argv, command.argv + command.argc),
            (std::vector<std::string>{"sub", "--help", "-t", "a/#", "--", "--set"}));
}

TEST(CommandLine, TheDebugBundleIsAVerbOfCtl) {
  Arguments arguments({"sluice", "debug-bundle", "x.tar.gz"});

  const auto command = std::get<ToolCommand>(arguments.parse());

  EXPECT_EQ(command.tool, Tool::Ctl);
  EXPECT_STREQ(command.argv[1], "debug-bundle");
}

TEST(CommandLine, CompletesCommandsOfToolsToo) {
  const auto script = std::get<TextCommand>(parse({"completion", "bash"})).text;

  for (const char* word : {"--listen", "'sluice ctl sessions'", "--retained-only", "fanout"}) {
    EXPECT_NE(script.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(std::get<TextCommand>(parse({"completion", "csh"})).exit_code, kExitUsage);
}

TEST(CommandLine, PrintsManPagesByTheirNames) {
  const auto names = std::get<TextCommand>(parse({"man"})).text;
  const auto page = std::get<TextCommand>(parse({"man", "sluice-ctl.1"}));

  EXPECT_NE(names.find("sluice-server.1\n"), std::string::npos);
  EXPECT_NE(page.text.find(".TH SLUICE-CTL 1"), std::string::npos);
  EXPECT_EQ(std::get<TextCommand>(parse({"man", "sluice-dance.1"})).exit_code, kExitUsage);
}

TEST(CommandLine, HelpAndVersionAreTextsOfSuccess) {
  const auto help = std::get<TextCommand>(parse({"--help"}));
  const auto server_help = std::get<TextCommand>(parse({"server", "--help"}));
  const auto version = std::get<TextCommand>(parse({"--version"}));

  EXPECT_EQ(help.exit_code, kExitOk);
  for (const char* word : {"server", "check", "pub", "sub", "bench"}) {
    EXPECT_NE(help.text.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(help.text.find("config-reference"), std::string::npos);
  EXPECT_NE(server_help.text.find("--listen"), std::string::npos);
  EXPECT_EQ(server_help.exit_code, kExitOk);
  EXPECT_EQ(version.text, std::string("sluice ") + SLUICE_VERSION + "\n");
  EXPECT_EQ(version.exit_code, kExitOk);
}

TEST(CommandLine, MistakesAreUsageErrors) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"serve"},
      {"--verbose"},
      {"server", "--unknown"},
      {"server", "extra"},
      {"server", "--shards"},
      {"server", "--listen", "mqtt://a", "mqtt://b"},
      {"check"},
      {"check", "--config"},
      {"server", "check", "--config", "a"},
  };
  for (const auto& words : wrong) {
    const auto command = parse(words);
    const auto* text = std::get_if<TextCommand>(&command);
    ASSERT_NE(text, nullptr) << testing::PrintToString(words);
    EXPECT_EQ(text->exit_code, kExitUsage) << testing::PrintToString(words);
    EXPECT_FALSE(text->text.empty());
  }
}

TEST(CommandLine, UnknownCommandsGetAHint) {
  EXPECT_EQ(std::get<TextCommand>(parse({"srever"})).text,
            "unknown command 'srever' (did you mean 'server'?)\nRun with --help for more "
            "information.\n");
}

TEST(CommandLine, ConfigReferencePrintsThePage) {
  const auto page = std::get<TextCommand>(parse({"config-reference"}));

  EXPECT_EQ(page.text.rfind("# Configuration keys\n", 0), 0U);
}

}  // namespace
}  // namespace sluice::app
