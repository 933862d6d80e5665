#include "manual/fish_completion.h"

#include "manual/shell_tables.h"

namespace sluice::manual {
namespace {

// Options in front of a noun and a verb are those of `ctl`, so only their values are left out.
constexpr const char* kFunctions = R"sh(# Completion of sluice for fish.

function __sluice_at
    set -l at
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
        else if contains -- $word $__sluice_shared_values
            set is_value 1
        else if contains -- "$at$word" $__sluice_paths
            set at "$at$word "
        end
    end
    test "$at" = "$argv "; or test -z "$at$argv"
end

function __sluice_clients
    set -l where
    set -l before
    for word in (commandline -opc)
        if contains -- $before --socket --data-dir
            set -a where $before $word
        end
        set before $word
    end
    command sluice ctl complete clients $where -- (commandline -ct) 2>/dev/null
end

complete -c sluice -f
)sh";

std::string option_names(const Option& option) {
  std::string text;
  for (const std::string& name : option.names) {
    if (name.starts_with("--")) {
      text += " -l " + name.substr(2);
    } else if (name.size() == 2) {
      text += " -s " + name.substr(1);
    } else {
      text += " -o " + name.substr(1);
    }
  }
  return text;
}

/// The words, or what finds them.
std::string arguments(const std::vector<std::string>& candidates) {
  const std::string& first = candidates.front();
  if (first == "@file") return " -F";
  if (first == "@dir") return " -a '(__fish_complete_directories)'";
  if (first == "@client") return " -a '(__sluice_clients)'";
  if (first == "@any") return "";
  std::string words;
  for (const std::string& each : candidates) words += (words.empty() ? "" : " ") + each;
  return " -a " + quoted(words);
}

std::string described(const std::string& help) {
  return " -d " + quoted(brief(help));
}

std::string lines_of(const Command& command, const std::string& path,
                     const std::vector<Option>& shared) {
  const std::string start = "complete -c sluice -n " + quoted("__sluice_at " + path);
  std::string text;
  for (const Command& child : command.commands) {
    text += start + " -a " + child.name + described(child.purpose) + "\n";
  }
  std::vector<Option> options = command.options;
  options.insert(options.end(), shared.begin(), shared.end());
  for (const Option& option : options) {
    text += start + option_names(option);
    if (option.takes_value()) {
      text += " -r" + arguments(candidates_of(option.value_name, option.choices));
    }
    text += described(option.help) + "\n";
  }
  for (const Operand& operand : command.operands) {
    const std::string words = arguments(candidates_of(operand.name, operand.choices));
    if (!words.empty()) text += start + words + "\n";
  }
  return text;
}

void add_commands(const Command& command, const std::string& path, std::vector<Option> shared,
                  std::string& paths, std::string& text) {
  text += lines_of(command, path, shared);
  if (command.shares_options && !path.empty()) {
    for (const Option& option : command.options) {
      if (option.names.back() != "--help") shared.push_back(option);
    }
  }
  for (const Command& child : command.commands) {
    const std::string below = path.empty() ? child.name : path + " " + child.name;
    paths += " " + quoted(below);
    add_commands(child, below, shared, paths, text);
  }
}

std::string shared_values(const Command& command) {
  std::string names;
  if (command.shares_options) {
    for (const Option& option : command.options) {
      for (const std::string& name : option.names) {
        if (option.takes_value()) names += " " + name;
      }
    }
  }
  for (const Command& child : command.commands) names += shared_values(child);
  return names;
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string paths;
  std::string text;
  add_commands(program, "", {}, paths, text);
  return kFunctions + ("set -g __sluice_shared_values" + shared_values(program)) +
         "\nset -g __sluice_paths" + paths + "\n" + text;
}

}  // namespace sluice::manual
