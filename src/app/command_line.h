#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/config_show.h"
#include "config/loader.h"

namespace sluice::app {

/// `sluice server`
struct ServerCommand {
  std::optional<std::string> config_file;
  std::vector<config::Assignment> assignments;
};

/// `sluice config check` and `sluice check`
struct CheckCommand {
  std::string config_file;
};

/// `sluice config show`
struct ShowConfigCommand {
  std::optional<std::string> config_file;
  std::vector<config::Assignment> assignments;
  std::string prefix;
  bool with_origin = false;
  ShowFormat format = ShowFormat::Table;
};

enum class Tool { Pub, Sub, Bench, Ctl };

/// `sluice pub|sub|bench|ctl`; the rest of the command line is the tool's own, argv[0] its name.
struct ToolCommand {
  Tool tool = Tool::Pub;
  int argc = 0;
  char** argv = nullptr;  // within the program's argv
};

/// A text to show: help, version, the reference page, or what is wrong with the command line.
struct TextCommand {
  std::string text;
  int exit_code = 0;  // an error, to be shown on stderr, unless 0
};

using Command =
    std::variant<ServerCommand, CheckCommand, ShowConfigCommand, ToolCommand, TextCommand>;

/// Understands the program's arguments. Does not read files or the environment.
Command parse_command_line(int argc, char** argv);

}  // namespace sluice::app
