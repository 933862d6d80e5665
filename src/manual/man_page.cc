#include "manual/man_page.h"

#include <sstream>

#include "manual/prose.h"

namespace sluice::manual {
namespace {

constexpr const char* kDate = "2026-11-22";  // of the words; not of the build, which shall repeat

/// Text with what roff would take for itself made plain.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '`':
        out += "\\(ga";
        break;
      default:
        out += c;
    }
  }
  if (out.starts_with('.')) out.insert(0, "\\&");
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + plain(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + plain(text) + "\\fR";
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::string item(const std::string& term, const std::string& text) {
  return ".TP\n" + term + "\n" + text + "\n";
}

std::string option_item(const Option& option) {
  std::string term;
  for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (option.takes_value()) term += " " + italic(option.value_name);
  return item(term, plain(option.help));
}

std::string operand_item(const Operand& operand) {
  std::string help = plain(operand.help);
  std::string choices;
  for (const auto& each : operand.choices) choices += (choices.empty() ? "" : ", ") + plain(each);
  if (!choices.empty() && help.find(choices) == std::string::npos) help += ": " + choices;
  return item(italic(operand.name), help);
}

std::string synopsis(const Command& command, const std::string& path) {
  std::string text = bold(path);
  if (!command.options.empty()) text += " [" + italic("OPTIONS") + "]";
  if (!command.commands.empty()) return text + " " + italic("COMMAND") + " ...";
  for (const Operand& operand : command.operands) {
    const std::string word = italic(operand.name) + (operand.is_repeated ? " ..." : "");
    text += operand.is_required ? " " + word : " [" + word + "]";
  }
  return text;
}

std::string parameters(const Command& command) {
  std::string text;
  for (const Operand& operand : command.operands) text += operand_item(operand);
  for (const Option& option : command.options) {
    if (option.names.back() != "--help") text += option_item(option);
  }
  return text;
}

/// The commands below one, each with its synopsis, in the order of the help.
std::string commands_text(const Command& command, const std::string& path) {
  std::string text;
  for (const Command& child : command.commands) {
    const std::string name = path + " " + child.name;
    if (!child.commands.empty()) {
      text += commands_text(child, name);
      continue;
    }
    text += ".SS \"" + plain(name.substr(name.find(' ') + 1)) + "\"\n" + plain(child.purpose) +
            ".\n.PP\n" + synopsis(child, name) + "\n" + parameters(child);
    if (!child.footer.empty()) text += ".PP\n" + plain(child.footer) + "\n";
  }
  return text;
}

std::string section_text(const Section& section) {
  std::string text = ".SH \"" + std::string(section.title) + "\"\n";
  std::istringstream lines{std::string(section.text)};
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    if (line.empty()) {
      text += ".PP\n";
    } else if (tab == std::string::npos) {
      text += plain(line) + "\n";
    } else {
      text += item(bold(line.substr(0, tab)), plain(line.substr(tab + 1)));
    }
  }
  return text;
}

std::string help_text(const std::string& help) {
  std::string text = ".SH OPTIONS\n.nf\n";
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);)
    text += line.empty() ? ".sp\n" : plain(line) + "\n";
  return text + ".fi\n";
}

std::string page_text(const Command& command, const std::string& path, const std::string& version,
                      const std::string& see_also) {
  const Prose prose = find_prose(path == "sluice" ? "" : command.name);
  std::string name = path;
  for (char& c : name) c = c == ' ' ? '-' : c;
  std::string text = ".\\\" Made by `make docs` from the commands of the program.\n.TH " +
                     upper(name) + " 1 " + kDate + " \"Sluice " + version +
                     "\" \"Sluice Manual\"\n" + ".SH NAME\n" + plain(name) + " \\- " +
                     plain(command.purpose.substr(0, command.purpose.find(';'))) + "\n" +
                     ".SH SYNOPSIS\n" + synopsis(command, path) + "\n";
  if (!prose.description.empty()) text += ".SH DESCRIPTION\n" + plain(prose.description) + "\n";
  const std::string own = parameters(command);
  if (!command.text.empty()) {
    text += help_text(command.text);
  } else if (!own.empty()) {
    text += ".SH OPTIONS\n" + own;
  }
  if (!command.commands.empty()) text += ".SH COMMANDS\n";
  if (path == "sluice") {
    for (const Command& child : command.commands) {
      text += item(bold(name + "-" + child.name) + "(1)", plain(child.purpose));
    }
  } else {
    text += commands_text(command, path);
  }
  for (const Section& section : prose.sections) text += section_text(section);
  return text + ".SH \"SEE ALSO\"\n" + see_also + "\n";
}

}  // namespace

std::vector<ManPage> man_pages(const Command& program, const std::string& version) {
  std::string all;
  for (const Command& child : program.commands) {
    all += (all.empty() ? "" : ", ") + bold("sluice-" + child.name) + "(1)";
  }
  std::vector<ManPage> pages{{"sluice.1", page_text(program, "sluice", version, all)}};
  for (const Command& child : program.commands) {
    pages.push_back({"sluice-" + child.name + ".1",
                     page_text(child, "sluice " + child.name, version, bold("sluice") + "(1)")});
  }
  return pages;
}

}  // namespace sluice::manual
