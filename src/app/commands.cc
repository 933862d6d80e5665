#include "app/commands.h"

#include <unistd.h>

#include <iostream>
#include <string_view>

#include "app/check.h"
#include "app/config_show.h"
#include "app/exit_codes.h"
#include "app/server.h"
#include "base/assert.h"
#include "ctl/ctl.h"
#include "tools/tools.h"

namespace sluice::app {
namespace {

std::vector<config::EnvironmentEntry> environment() {
  std::vector<config::EnvironmentEntry> entries;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    entries.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return entries;
}

struct Runner {
  int operator()(const ServerCommand& command) const {
    const config::Sources sources{command.config_file, environment(), command.assignments};
    const auto outcome = config::load(sources);
    if (outcome.ok()) return run_server(sources, outcome);
    print_problems(outcome, std::cerr);
    return kExitConfig;
  }

  int operator()(const CheckCommand& command) const {
    return check({command.config_file, environment(), {}}, std::cout, std::cerr);
  }

  int operator()(const ShowConfigCommand& command) const {
    return show_configuration({command.config_file, environment(), command.assignments},
                              command.prefix, command.with_origin, command.format, std::cout,
                              std::cerr);
  }

  int operator()(const ToolCommand& command) const {
    switch (command.tool) {
      case Tool::Pub:
        return tools::run_pub(command.argc, command.argv);
      case Tool::Sub:
        return tools::run_sub(command.argc, command.argv);
      case Tool::Bench:
        return tools::run_bench(command.argc, command.argv);
      case Tool::Ctl:
        return ctl::run_ctl(command.argc, command.argv);
    }
    SLUICE_UNREACHABLE();
  }

  int operator()(const TextCommand& command) const {
    (command.exit_code == kExitOk ? std::cout : std::cerr) << command.text << std::flush;
    return command.exit_code;
  }
};

}  // namespace

int run(const Command& command) {
  return std::visit(Runner{}, command);
}

}  // namespace sluice::app
