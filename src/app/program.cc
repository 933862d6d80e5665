#include "app/program.h"

#include <utility>

#include "ctl/command_line.h"
#include "manual/from_cli11.h"
#include "manual/from_help.h"
#include "manual/man_page.h"
#include "tools/bench/options.h"
#include "tools/client_tools/arguments.h"

namespace sluice::app {
namespace {

using manual::Command;

Command describe_bench(std::string purpose) {
  Command command;
  tools::bench::visit_command_line(
      [&command](const CLI::App& app) { command = manual::describe(app); });
  command.name = "bench";
  command.purpose = std::move(purpose);
  return command;
}

/// `sluice debug-bundle` is a verb of `ctl` with a name of its own.
Command describe_bundle(const Command& ctl, std::string purpose) {
  for (const Command& verb : ctl.commands) {
    if (verb.name != "debug-bundle") continue;
    Command command = verb;
    command.purpose = std::move(purpose);
    command.options.insert(command.options.end(), ctl.options.begin() + 1, ctl.options.end());
    return command;
  }
  return {};
}

Command describe_tool(const Command& own, const Command& ctl) {
  const std::string purpose = own.purpose.substr(0, own.purpose.find(';'));
  if (own.name == "ctl") {
    Command command = ctl;
    command.purpose = purpose;
    return command;
  }
  if (own.name == "debug-bundle") return describe_bundle(ctl, purpose);
  if (own.name == "bench") return describe_bench(purpose);
  if (own.name == "pub") {
    return manual::describe_help(own.name, purpose, tools::help_text(tools::ClientTool::Pub));
  }
  if (own.name == "sub") {
    return manual::describe_help(own.name, purpose, tools::help_text(tools::ClientTool::Sub));
  }
  return own;
}

}  // namespace

Command add_tools(Command own) {
  const Command ctl = ctl::describe_command_line();
  for (Command& command : own.commands) command = describe_tool(command, ctl);
  return own;
}

std::string man_text(const Command& program, const std::string& page) {
  std::string names;
  for (const manual::ManPage& each : manual::man_pages(program, SLUICE_VERSION)) {
    if (each.file == page) return each.text;
    names += each.file + "\n";
  }
  return page.empty() ? names : "";
}

}  // namespace sluice::app
