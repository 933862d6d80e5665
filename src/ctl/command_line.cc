#include "ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

#include "config/nearest.h"
#include "ctl/nouns/nouns.h"
#include "manual/from_cli11.h"

namespace sluice::ctl {
namespace {

/// Makes CLI11's tree of commands from the nouns.
class Parser {
 public:
  explicit Parser(std::span<const Noun> nouns) {
    app_.require_subcommand(1);
    app_.get_formatter()->column_width(36);
    add_common();
    for (const Noun& noun : nouns) {
      CLI::App* parent = noun.name.empty() ? &app_ : child_of(app_, noun.name, noun.help);
      if (parent != &app_) parent->require_subcommand(1);
      if (noun.is_hidden) parent->group("");
      for (const Verb& verb : noun.verbs) add_verb(*parent, verb);
    }
  }

  manual::Command describe() const { return manual::describe(app_); }

  std::variant<Invocation, Text> parse(int argc, char** argv) {
    if (auto fault = find_unknown_command(argc, argv)) return *fault;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      std::ostringstream out;
      const int code = app_.exit(error, out, out);
      return Text{out.str(), code == 0 ? 0 : kExitUsage};
    }
    for (auto& command : commands_) {
      if (command->app->parsed()) return invocation_of(*command);
    }
    return Text{app_.help(), kExitUsage};
  }

 private:
  struct Command {
    const Verb* verb = nullptr;
    CLI::App* app = nullptr;
    std::map<std::string, std::vector<std::string>> values{};
    std::map<std::string, CLI::Option*> options{};
  };

  /// CLI11 only says that a command is missing, so this looks at the words before it does.
  std::optional<Text> find_unknown_command(int argc, char** argv) const {
    const CLI::App* command = &app_;
    for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
      const auto children = command->get_subcommands({});
      if (children.empty()) return std::nullopt;  // what follows are words of a verb
      const auto known = std::ranges::find(children, argv[i], &CLI::App::get_name);
      if (known == children.end()) return unknown_command(argv[i], children);
      command = *known;
    }
    return std::nullopt;
  }

  static Text unknown_command(const std::string& word,
                              const std::vector<const CLI::App*>& children) {
    std::vector<std::string> names;
    for (const CLI::App* child : children) names.push_back(child->get_name());
    const std::string meant =
        config::nearest(word, std::vector<std::string_view>(names.begin(), names.end()));
    return {"unknown command '" + word + "'" +
                (meant.empty() ? "" : " (did you mean '" + meant + "'?)") +
                "\nRun with --help for more information.\n",
            kExitUsage};
  }

  CLI::App* child_of(CLI::App& parent, const std::string& name, const std::string& help) {
    for (CLI::App* known : parent.get_subcommands({})) {
      if (known->get_name() == name) return known;
    }
    // What follows a verb may be an option of all commands.
    return parent.add_subcommand(name, help)->fallthrough();
  }

  void add_common() {
    app_.add_option("-o,--output", format_, "table, wide, json or yaml")->type_name("FORMAT");
    app_.add_option("--url", common_.url, "Of the administration, default http://127.0.0.1:8083")
        ->type_name("URL");
    app_.add_option("--api-key-file", common_.api_key_file,
                    "File with the API key, - for stdin; or SLUICE_API_KEY in the environment")
        ->type_name("FILE");
    app_.add_option("--api-key", common_.api_key,
                    "The API key itself; others on this machine can see it")
        ->type_name("KEY");
    app_.add_option("--ca", common_.ca_file, "PEM file with whom to trust for https")
        ->type_name("FILE");
    app_.add_option("--socket", common_.socket_path,
                    "The broker's local socket, default admin.sock in the data folder; used when"
                    " neither --url nor an API key is given")
        ->type_name("PATH");
    app_.add_option("--data-dir", common_.data_dir, "The broker's data folder")
        ->type_name("DIR")
        ->capture_default_str();
    app_.footer("Each command says more with --help; docs/reference/ctl.md has examples.");
  }

  void add_verb(CLI::App& parent, const Verb& verb) {
    auto command = std::make_unique<Command>();
    const auto space = verb.name.find(' ');
    CLI::App* group = &parent;
    if (space != std::string::npos) {
      group = child_of(parent, verb.name.substr(0, space), "See --help");
      group->require_subcommand(1);
    }
    command->verb = &verb;
    command->app =
        child_of(*group, verb.name.substr(space == std::string::npos ? 0 : space + 1), verb.help);
    command->app->footer("Example: " + path_of(*command->app) + (verb.example.empty() ? "" : " ") +
                         verb.example);
    for (const Parameter& parameter : verb.parameters) add_parameter(*command, parameter);
    if (verb.is_watchable) {
      command->app->add_option("--watch", watch_, "Again and again, after so many seconds")
          ->type_name("SECONDS")
          ->check(CLI::Range(0.1, 86'400.0));
    }
    commands_.push_back(std::move(command));
  }

  static std::string path_of(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return parent == nullptr ? app.get_name() : path_of(*parent) + " " + app.get_name();
  }

  static void add_parameter(Command& command, const Parameter& parameter) {
    CLI::Option*& option = command.options[parameter.name];
    if (parameter.is_flag()) {
      option = command.app->add_flag(parameter.name, parameter.help);
      return;
    }
    // The vector is for those that repeat; none may take the words that follow its own.
    option =
        command.app->add_option(parameter.name, command.values[parameter.name], parameter.help);
    option->type_size(1)->allow_extra_args(false);
    if (!parameter.is_repeated) option->expected(1)->take_last();
    if (parameter.is_repeated && parameter.is_positional()) option->expected(-1);
    option->type_name(parameter.value_name);
    // Its description would repeat what the value's name says.
    if (!parameter.choices.empty()) {
      option->check(CLI::IsMember(parameter.choices).description(""));
    }
    if (parameter.is_required) option->required();
  }

  std::variant<Invocation, Text> invocation_of(const Command& command) const {
    Invocation invocation;
    const auto format = parse_format(format_);
    if (!format) {
      return Text{"--output: '" + format_ + "' is none of table, wide, json and yaml\n",
                  kExitUsage};
    }
    invocation.common = common_;
    invocation.common.format = *format;
    invocation.verb = command.verb;
    invocation.watch_seconds = watch_;
    for (const auto& [name, option] : command.options) {
      if (option->count() == 0) continue;
      const auto values = command.values.find(name);
      invocation.arguments.set(
          name, values == command.values.end() ? std::vector<std::string>{} : values->second);
    }
    return invocation;
  }

  CLI::App app_{"Administers a running broker", "sluice ctl"};
  std::string format_ = "table";
  CommonOptions common_;
  double watch_ = 0;
  std::vector<std::unique_ptr<Command>> commands_;
};

}  // namespace

manual::Command describe_command_line() {
  const std::vector<Noun> nouns = all_nouns();
  manual::Command command = Parser(nouns).describe();
  command.name = "ctl";
  return command;
}

std::variant<Invocation, Text> parse_command_line(std::span<const Noun> nouns, int argc,
                                                  char** argv) {
  return Parser(nouns).parse(argc, argv);
}

}  // namespace sluice::ctl
