#include "manual/shell_tables.h"

#include <functional>

namespace sluice::manual {
namespace {

constexpr const char* kWalk = R"sh(
_sluice_walk() {
  local word
  _sluice_at=sluice
  _sluice_operands=0
  _sluice_expects=''
  for word in "$@"; do
    if [ -n "$_sluice_expects" ]; then
      _sluice_expects=''
      continue
    fi
    case "$word" in
      -*=*) ;;
      -*) if [ -n "$(_sluice_values "$_sluice_at" "$word")" ]; then _sluice_expects=$word; fi ;;
      *)
        if _sluice_is_command "$_sluice_at $word"; then
          _sluice_at="$_sluice_at $word"
        else
          _sluice_operands=$((_sluice_operands + 1))
        fi
        ;;
    esac
  done
}

_sluice_candidates() {
  if [ -n "$_sluice_expects" ]; then
    _sluice_values "$_sluice_at" "$_sluice_expects"
    return
  fi
  case "$1" in
    -*) _sluice_options "$_sluice_at" ;;
    *)
      _sluice_commands "$_sluice_at"
      _sluice_operand "$_sluice_at" "$_sluice_operands"
      ;;
  esac
}
)sh";

using Visit = std::function<void(const Command& command, const std::string& path)>;

void for_each_command(const Command& command, const std::string& path, const Visit& visit) {
  visit(command, path);
  for (const Command& child : command.commands) {
    for_each_command(child, path + " " + child.name, visit);
  }
}

std::string printed(const std::vector<std::string>& lines) {
  std::string text = "printf '%s\\n'";
  for (const std::string& line : lines) text += " " + quoted(line);
  return text;
}

/// A pattern of `case`: the command, and those below where these take its options too.
std::string pattern_of(const Command& command, const std::string& path) {
  return quoted(path) + (command.shares_options ? "*" : "");
}

/// A function with a line for each command that `line` says something of.
std::string table(const Command& program, const std::string& name, const std::string& subject,
                  const std::function<std::string(const Command&, const std::string&)>& line) {
  std::string body;
  for_each_command(program, "sluice", [&](const Command& command, const std::string& path) {
    body += line(command, path);
  });
  return name + "() {\n  case " + subject + " in\n" + body + "  esac\n}\n\n";
}

std::string line_of(const std::string& pattern, const std::string& action) {
  return "    " + pattern + ") " + action + " ;;\n";
}

std::string commands_line(const Command& command, const std::string& path) {
  if (command.commands.empty()) return "";
  std::vector<std::string> lines;
  for (const Command& child : command.commands)
    lines.push_back(child.name + ":" + brief(child.purpose));
  return line_of(quoted(path), printed(lines));
}

std::string options_text(const Command& command) {
  std::vector<std::string> lines;
  for (const Option& option : command.options) {
    for (const std::string& name : option.names) lines.push_back(name + ":" + brief(option.help));
  }
  return printed(lines);
}

std::string values_lines(const Command& command, const std::string& path) {
  std::string text;
  for (const Option& option : command.options) {
    if (!option.takes_value()) continue;
    std::string patterns;
    for (const std::string& name : option.names) {
      patterns += (patterns.empty() ? "" : "|") + pattern_of(command, path) + quoted(" " + name);
    }
    text += line_of(patterns, printed(candidates_of(option.value_name, option.choices)));
  }
  return text;
}

std::string operand_lines(const Command& command, const std::string& path) {
  std::string text;
  for (std::size_t i = 0; i < command.operands.size(); ++i) {
    const Operand& operand = command.operands[i];
    const std::string place =
        operand.is_repeated ? quoted(path + " ") + "*" : quoted(path + " " + std::to_string(i));
    text += line_of(place, printed(candidates_of(operand.name, operand.choices)));
  }
  return text;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string inside;
  for (const char c : text) inside += c == '\'' ? "'\\''" : std::string(1, c);
  return "'" + inside + "'";
}

std::vector<std::string> candidates_of(const std::string& name,
                                       const std::vector<std::string>& choices) {
  if (!choices.empty()) return choices;
  if (name == "CLIENT") return {"@client"};
  if (name == "DIR") return {"@dir"};
  if (name == "FILE" || name == "PATH") return {"@file"};
  return {"@any"};
}

std::string brief(const std::string& help) {
  std::string text = help.substr(0, help.find_first_of(";\n"));
  // Separates the word from its description for zsh.
  for (char& c : text) c = c == ':' ? ',' : c;
  return text;
}

std::string shell_tables(const Command& program) {
  std::string text = table(
      program, "_sluice_is_command", "\"$1\"",
      [](const Command&, const std::string& path) { return line_of(quoted(path), "return 0"); });
  text.insert(text.rfind("}\n"), "  return 1\n");
  text += table(program, "_sluice_commands", "\"$1\"", commands_line);
  // What commands share first, since only one pattern of a `case` is taken.
  text += table(program, "_sluice_shared_options", "\"$1\"",
                [](const Command& command, const std::string& path) {
                  return command.shares_options && path != "sluice"
                             ? line_of(quoted(path + " ") + "*", options_text(command))
                             : "";
                });
  text += table(program, "_sluice_options", "\"$1\"",
                [](const Command& command, const std::string& path) {
                  return line_of(quoted(path), options_text(command));
                });
  text.insert(text.rfind("}\n"), "  _sluice_shared_options \"$1\"\n");
  text += table(program, "_sluice_values", "\"$1 $2\"", values_lines);
  text += table(program, "_sluice_operand", "\"$1 $2\"", operand_lines);
  return text + std::string(kWalk).substr(1);
}

}  // namespace sluice::manual
