#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string_view>

#include "app/exit_codes.h"
#include "app/program.h"
#include "config/nearest.h"
#include "config/reference.h"
#include "manual/completion.h"
#include "manual/from_cli11.h"

namespace sluice::app {
namespace {

struct ToolEntry {
  const char* name;
  Tool tool;
  const char* help;
};

constexpr std::array kTools{
    ToolEntry{"pub", Tool::Pub, "Publish messages; see sluice pub --help"},
    ToolEntry{"sub", Tool::Sub, "Subscribe and print messages; see sluice sub --help"},
    ToolEntry{"bench", Tool::Bench, "Measure a broker; see sluice bench --help"},
    ToolEntry{"ctl", Tool::Ctl, "Administer a running broker; see sluice ctl --help"},
};

const std::map<std::string, ShowFormat> kShowFormats{
    {"table", ShowFormat::Table}, {"yaml", ShowFormat::Yaml}, {"json", ShowFormat::Json}};

// A verb of ctl that has a name of its own, because it is asked for when nothing else goes.
constexpr const char* kBundle = "debug-bundle";

constexpr std::array<std::string_view, 11> kCommands{
    "server",     "check", "config",          "pub", "sub", "bench", "ctl", kBundle,
    "completion", "man",   "config-reference"};

// The tools read their arguments themselves, so these never reach CLI11.
std::optional<ToolCommand> find_tool(int argc, char** argv) {
  if (argc < 2) return std::nullopt;
  for (const auto& entry : kTools) {
    if (std::string_view(argv[1]) == entry.name) return ToolCommand{entry.tool, argc - 1, argv + 1};
  }
  if (std::string_view(argv[1]) == kBundle) return ToolCommand{Tool::Ctl, argc, argv};
  // It asks the running broker, as `sluice ctl config diff` does.
  const bool is_diff =
      argc > 2 && std::string_view(argv[1]) == "config" && std::string_view(argv[2]) == "diff";
  if (is_diff) return ToolCommand{Tool::Ctl, argc, argv};
  return std::nullopt;
}

// CLI11 only says that some command is missing, so this looks at the first word before it does.
std::optional<TextCommand> find_unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  const std::string_view name = argv[1];
  if (std::ranges::find(kCommands, name) != kCommands.end()) return std::nullopt;
  const auto meant = config::nearest(name, kCommands);
  const auto hint = meant.empty() ? "" : " (did you mean '" + meant + "'?)";
  return TextCommand{"unknown command '" + std::string(name) + "'" + hint +
                         "\nRun with --help for more information.\n",
                     kExitUsage};
}

class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.set_version_flag("-V,--version", std::string("sluice ") + SLUICE_VERSION);
    add_server();
    add_check(app_);
    add_config();
    for (const auto& entry : kTools) app_.add_subcommand(entry.name, entry.help);
    app_.add_subcommand(kBundle, "Collect what helps to understand a broker; see --help");
    add_manual();
    reference_ = app_.add_subcommand("config-reference", "Print the page of configuration keys");
    reference_->group("");  // for `make docs`, so not listed
  }

  Command parse(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return text_of(error);
    }
    if (reference_->parsed()) return TextCommand{config::reference_page()};
    if (completion_->parsed()) return completion_command();
    if (man_->parsed()) return man_command();
    if (app_.get_subcommand("check")->parsed()) return CheckCommand{config_file_};
    if (config_->parsed()) return config_command();
    return server_command();
  }

 private:
  void add_server() {
    server_ = app_.add_subcommand("server", "Run the broker");
    server_->add_option("--config", config_file_, "YAML file with settings")->type_name("FILE");
    server_
        ->add_option("--listen", listen_,
                     "Listen on mqtt://HOST:PORT or ws://HOST:PORT/PATH;"
                     " may be repeated")
        ->type_name("URL")
        ->allow_extra_args(false);
    server_->add_option("--shards", shards_, "Threads that serve Clients, 0 is one per core")
        ->type_name("N");
    server_->add_option("--data-dir", data_dir_, "Folder for what must outlive a restart")
        ->type_name("DIR");
    server_->add_option("--log-level", log_level_, "debug, info, warning, error or off")
        ->type_name("LEVEL");
    server_
        ->add_option("--set", set_,
                     "Set any key, as in --set mqtt.receive_max=10;"
                     " may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    server_->footer("Keys and their values: docs/reference/configuration.md");
  }

  void add_check(CLI::App& parent) {
    CLI::App* check = parent.add_subcommand("check", "Report every mistake in a configuration");
    check->add_option("--config", config_file_, "YAML file with settings")
        ->type_name("FILE")
        ->required();
  }

  void add_config() {
    config_ = app_.add_subcommand("config", "Look at a configuration");
    config_->require_subcommand(1);
    add_check(*config_);
    show_ = config_->add_subcommand("show", "Show what each key would be, secrets masked");
    show_->add_option("--config", config_file_, "YAML file with settings")->type_name("FILE");
    show_->add_option("--set", set_, "Set any key, as for the server; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    show_->add_flag("--origin", with_origin_, "Say where each value comes from");
    show_->add_option("--key", word_, "Only keys that begin so")->type_name("PREFIX");
    show_->add_option("-o,--output", format_, "table, yaml or json")
        ->transform(CLI::CheckedTransformer(kShowFormats));
    config_->add_subcommand("diff", "Show what a reload of the running broker would change");
  }

  void add_manual() {
    completion_ = app_.add_subcommand("completion", "Print a script that completes command lines");
    completion_->add_option("SHELL", word_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion_->footer("Example: source <(sluice completion bash)");
    man_ = app_.add_subcommand("man", "Print a man page, or the names of all");
    man_->add_option("PAGE", word_, "Page, as sluice-ctl.1");
    man_->group("");  // for `make docs`, so not listed
  }

  TextCommand completion_command() const {
    const auto program = add_tools(manual::describe(app_));
    return {manual::completion_script(program, manual::parse_shell(word_).value())};
  }

  TextCommand man_command() const {
    std::string text = man_text(add_tools(manual::describe(app_)), word_);
    if (text.empty()) return {"there is no page '" + word_ + "'\n", kExitUsage};
    return {std::move(text)};
  }

  Command config_command() const {
    if (!show_->parsed()) return CheckCommand{config_file_};
    ShowConfigCommand command;
    if (show_->count("--config") > 0) command.config_file = config_file_;
    for (const auto& text : set_) command.assignments.push_back(config::parse_assignment(text));
    command.prefix = word_;
    command.with_origin = with_origin_;
    command.format = format_;
    return command;
  }

  ServerCommand server_command() const {
    ServerCommand command;
    // An empty name is a mistake of a script and must not mean "no file".
    if (server_->count("--config") > 0) command.config_file = config_file_;
    for (const auto& text : set_) command.assignments.push_back(config::parse_assignment(text));
    add_listeners(command);
    // A flag of its own says more than a --set, so it comes later and wins.
    add_if_given(command, "shards", "--shards", shards_);
    add_if_given(command, "data_dir", "--data-dir", data_dir_);
    add_if_given(command, "log_level", "--log-level", log_level_);
    return command;
  }

  void add_listeners(ServerCommand& command) const {
    if (listen_.empty()) return;
    config::Assignment assignment{"listeners", "", "--listen"};
    for (const auto& url : listen_) {
      assignment.value += (assignment.value.empty() ? "" : ",") + url;
    }
    command.assignments.push_back(std::move(assignment));
  }

  static void add_if_given(ServerCommand& command, const char* key, const std::string& flag,
                           const std::optional<std::string>& value) {
    if (value) command.assignments.push_back({key, *value, flag + " " + *value});
  }

  TextCommand text_of(const CLI::ParseError& error) const {
    std::ostringstream out;
    const int code = app_.exit(error, out, out);
    return {out.str(), code == 0 ? kExitOk : kExitUsage};
  }

  CLI::App app_{"Sluice, an MQTT broker", "sluice"};
  CLI::App* server_ = nullptr;
  CLI::App* config_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* reference_ = nullptr;
  CLI::App* completion_ = nullptr;
  CLI::App* man_ = nullptr;
  std::string word_;
  bool with_origin_ = false;
  ShowFormat format_ = ShowFormat::Table;
  std::string config_file_;
  std::vector<std::string> listen_;
  std::vector<std::string> set_;
  std::optional<std::string> shards_;
  std::optional<std::string> data_dir_;
  std::optional<std::string> log_level_;
};

}  // namespace

Command parse_command_line(int argc, char** argv) {
  if (auto tool = find_tool(argc, argv)) return *tool;
  if (auto unknown = find_unknown_command(argc, argv)) return *unknown;
  return Parser().parse(argc, argv);
}

}  // namespace sluice::app
