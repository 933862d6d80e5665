#include "manual/from_cli11.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace sluice::manual {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == separator) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// CLI11 writes "NAME:a check's description" or only the latter, and a choice as "{a,b}"; we write
/// choices as "a|b".
std::vector<std::string> choices_of(const std::string& type) {
  const auto open = type.find('{');
  const auto close = type.find('}');
  if (open != std::string::npos && close != std::string::npos) {
    auto choices = split(type.substr(open + 1, close - open - 1), ',');
    for (std::string& choice : choices) choice.erase(std::min(choice.find("->"), choice.size()));
    return choices;
  }
  if (type.find('|') != std::string::npos) return split(type, '|');
  return {};
}

std::string value_name_of(const std::string& type) {
  std::string name = type.substr(0, type.find(':'));
  return name.empty() ? "VALUE" : name;
}

Operand operand_of(const CLI::Option& option) {
  return {option.get_name(true), choices_of(option.get_type_name()), option.get_description(),
          option.get_required(), option.get_items_expected_max() > 1};
}

Option option_of(const CLI::Option& option) {
  Option described;
  for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) {
    described.value_name = value_name_of(option.get_type_name());
    described.choices = choices_of(option.get_type_name());
  }
  described.help = option.get_description();
  return described;
}

}  // namespace

Command describe(const CLI::App& app) {
  Command command;
  command.name = app.get_name();
  command.purpose = app.get_description();
  command.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      command.operands.push_back(operand_of(*option));
    } else {
      command.options.push_back(option_of(*option));
    }
  }
  for (const CLI::App* child : app.get_subcommands({})) {
    if (child->get_group().empty()) continue;
    command.commands.push_back(describe(*child));
    command.shares_options |= child->get_fallthrough();
  }
  return command;
}

}  // namespace sluice::manual
