#pragma once

#include <span>
#include <string_view>

namespace sluice::manual {

struct Section {
  std::string_view title;  // "EXIT STATUS"
  std::string_view text;   // paragraphs with blank lines between; "TERM\ttext" is a list's item
};

/// What a page says that no tree of commands knows.
struct Prose {
  std::string_view command;  // "ctl"; "" is the program
  std::string_view description;
  std::span<const Section> sections;
};

/// The prose of a command's page; empty parts if there is none.
Prose find_prose(std::string_view command);

}  // namespace sluice::manual
