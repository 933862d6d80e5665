#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ctl {

/// Something that a verb takes on the command line.
struct Parameter {
  std::string name;        // "USER": known by its place; "--role": an option
  std::string value_name;  // in the help; of an option, empty: a flag
  std::string help;
  std::vector<std::string> choices{};  // empty: anything
  bool is_required = false;
  bool is_repeated = false;

  bool is_positional() const { return !name.starts_with("--"); }
  bool is_flag() const { return !is_positional() && value_name.empty(); }
};

Parameter positional(std::string name, std::string help, std::vector<std::string> choices = {});
Parameter option(std::string name, std::string value_name, std::string help);
Parameter choice(std::string name, std::vector<std::string> choices, std::string help);
Parameter flag(std::string name, std::string help);
Parameter required(Parameter parameter);
Parameter optional(Parameter parameter);  // of those known by their place
Parameter repeated(Parameter parameter);

/// --yes, of verbs that ask before they act.
Parameter yes_flag();

/// Several lists of parameters as one.
std::vector<Parameter> operator+(std::vector<Parameter> left, std::vector<Parameter> right);

/// What a verb was given, by the names of its parameters.
class Arguments {
 public:
  void set(const std::string& name, std::vector<std::string> values) {
    values_[name] = std::move(values);
  }

  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  std::optional<std::string> find(std::string_view name) const;
  /// "" if it was not given.
  std::string text(std::string_view name) const { return find(name).value_or(""); }
  std::vector<std::string> list(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace sluice::ctl
