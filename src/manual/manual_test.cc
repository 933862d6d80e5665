#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "manual/completion.h"
#include "manual/from_cli11.h"
#include "manual/from_help.h"
#include "manual/man_page.h"
#include "manual/shell_tables.h"

namespace sluice::manual {
namespace {

Command example() {
  CLI::App app("Does things", "sluice");
  std::string text;
  bool is_set = false;
  CLI::App* noun = app.add_subcommand("ctl", "Steer it");
  noun->add_option("-o,--output", text, "Form: short")->type_name("table|json");
  CLI::App* verb = noun->add_subcommand("show", "Show one's; at once")->fallthrough();
  verb->add_option("CLIENT", text, "Whom")->required();
  verb->add_option("--file", text, "Where")->type_name("FILE");
  verb->add_flag("--yes", is_set, "Do not ask");
  verb->footer("Example: sluice ctl show x");
  app.add_subcommand("secret", "Not listed")->group("");
  return describe(app);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Describe, HasTheTreeWithoutWhatIsHidden) {
  CLI::App app("Does things", "sluice");
  std::string text;
  double number = 0;
  std::vector<std::string> many;
  app.add_option("-o,--output", text, "Form")->type_name("table|json");
  app.add_option("--watch", number, "Again")->type_name("SECONDS")->check(CLI::Range(0.1, 9.0));
  app.add_option("TYPE", text, "Which")->check(CLI::IsMember({"a", "b"}))->required();
  app.add_option("REST", many, "More");
  app.add_subcommand("secret", "Not listed")->group("");

  const Command command = describe(app);

  ASSERT_EQ(command.options.size(), 3U);  // the first is --help
  EXPECT_EQ(command.options[1].names, (std::vector<std::string>{"-o", "--output"}));
  EXPECT_EQ(command.options[1].choices, (std::vector<std::string>{"table", "json"}));
  EXPECT_EQ(command.options[2].value_name, "SECONDS");
  EXPECT_TRUE(command.options[2].choices.empty());
  EXPECT_FALSE(command.options[0].takes_value());
  ASSERT_EQ(command.operands.size(), 2U);
  EXPECT_EQ(command.operands[0].choices, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(command.operands[0].is_required);
  EXPECT_TRUE(command.operands[1].is_repeated);
  EXPECT_TRUE(command.commands.empty());
}

TEST(DescribeHelp, FindsOptionsOnTheLeft) {
  const Command command = describe_help("pub", "Publish",
                                        "Usage: x -t TOPIC\n"
                                        "  -h HOST  -p PORT        broker, default -1\n"
                                        "                          -x is no option here\n"
                                        "  --cert FILE  --key FILE our certificate\n"
                                        "  -d                      print\n");

  std::string seen;
  for (const Option& option : command.options) {
    seen += option.names[0] + "=" + option.value_name + " ";
  }
  EXPECT_EQ(seen, "-h=HOST -p=PORT --cert=FILE --key=FILE -d= --help= ");
}

TEST(ShellTables, SayWhatFollows) {
  const std::string tables = shell_tables(example());

  EXPECT_TRUE(contains(tables, "'sluice ctl') printf '%s\\n' 'show:Show one'\\''s'"));
  EXPECT_TRUE(contains(tables, "'sluice ctl show 0') printf '%s\\n' '@client'"));
  EXPECT_TRUE(contains(
      tables, "'sluice ctl'*' -o'|'sluice ctl'*' --output') printf '%s\\n' 'table' 'json'"));
  EXPECT_TRUE(contains(tables, "--output:Form, short"));
  EXPECT_FALSE(contains(tables, "secret"));
}

TEST(Completion, IsThereForThreeShells) {
  for (const char* name : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(example(), parse_shell(name).value());
    for (const char* word : {"show", "output", "file", "yes"}) {
      EXPECT_TRUE(contains(script, word)) << name << ": " << word;
    }
  }
  EXPECT_FALSE(parse_shell("csh"));
}

TEST(ManPages, AreOneForEachCommandOfTheFirstLevel) {
  const auto pages = man_pages(example(), "1.2.3");

  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0].file, "sluice.1");
  EXPECT_EQ(pages[1].file, "sluice-ctl.1");
  EXPECT_TRUE(contains(pages[1].text, "sluice\\-ctl \\- Steer it\n")) << pages[1].text;
  EXPECT_TRUE(contains(pages[1].text, ".SS \"ctl show\"\nShow one\\(aqs; at once.\n"));
  EXPECT_TRUE(contains(pages[1].text, "\\fB\\-\\-file\\fR \\fIFILE\\fR"));
  EXPECT_TRUE(contains(pages[1].text, "Example: sluice ctl show x"));
}

}  // namespace
}  // namespace sluice::manual
