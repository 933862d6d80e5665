#include "manual/from_help.h"

#include <cctype>
#include <sstream>
#include <utility>

namespace sluice::manual {
namespace {

/// What lies between two or more blanks.
std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(' ', begin)) != std::string::npos;) {
    const std::size_t end = std::min(line.find("  ", begin), line.size());
    columns.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return columns;
}

bool is_value_name(const std::string& word) {
  return !word.empty() && std::isupper(static_cast<unsigned char>(word.front())) != 0 &&
         word.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
}

void add_options(const std::string& line, Command& command) {
  const auto columns = columns_of(line);
  for (const std::string& column : columns) {
    if (!column.starts_with('-')) continue;
    std::istringstream words(column);
    std::string name;
    std::string value;
    words >> name >> value;
    command.options.push_back({{name}, is_value_name(value) ? value : "", {}, columns.back()});
  }
}

}  // namespace

Command describe_help(std::string name, std::string purpose, std::string help) {
  Command command;
  command.name = std::move(name);
  command.purpose = std::move(purpose);
  command.text = std::move(help);
  std::istringstream lines(command.text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  -")) add_options(line, command);
  }
  command.options.push_back({{"--help"}, "", {}, "Show the help"});
  return command;
}

}  // namespace sluice::manual
