#pragma once

#include <string>
#include <vector>

namespace sluice::manual {

/// What may be given as `--name VALUE` or `--name`.
struct Option {
  std::vector<std::string> names;    // "-o", "--output"
  std::string value_name;            // "FORMAT"; empty: a flag
  std::vector<std::string> choices;  // of the value; empty: anything
  std::string help;

  bool takes_value() const { return !value_name.empty(); }
};

/// What is known by its place.
struct Operand {
  std::string name;  // "CLIENT"
  std::vector<std::string> choices;
  std::string help;
  bool is_required = false;
  bool is_repeated = false;
};

/// A command as a person knows it.
struct Command {
  std::string name;     // "list"
  std::string purpose;  // one line
  std::string footer;   // below the help: an example
  std::string text;     // the help as it is, where the rest was made from it
  std::vector<Option> options;
  std::vector<Operand> operands;
  std::vector<Command> commands;
  bool shares_options = false;  // its options may also stand behind the commands below
};

}  // namespace sluice::manual
