#include "ctl/arguments.h"

#include <iterator>
#include <utility>

namespace sluice::ctl {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : "|") + word;
  return text;
}

}  // namespace

Parameter positional(std::string name, std::string help, std::vector<std::string> choices) {
  std::string value_name = joined(choices);
  return {std::move(name), std::move(value_name), std::move(help), std::move(choices), true};
}

Parameter option(std::string name, std::string value_name, std::string help) {
  return {std::move(name), std::move(value_name), std::move(help)};
}

Parameter choice(std::string name, std::vector<std::string> choices, std::string help) {
  std::string value_name = joined(choices);
  return {std::move(name), std::move(value_name), std::move(help), std::move(choices)};
}

Parameter flag(std::string name, std::string help) {
  return {std::move(name), "", std::move(help)};
}

Parameter required(Parameter parameter) {
  parameter.is_required = true;
  return parameter;
}

Parameter optional(Parameter parameter) {
  parameter.is_required = false;
  return parameter;
}

Parameter repeated(Parameter parameter) {
  parameter.is_repeated = true;
  return parameter;
}

Parameter yes_flag() {
  return flag("--yes", "Do not ask; needed where there is no terminal to ask on");
}

std::vector<Parameter> operator+(std::vector<Parameter> left, std::vector<Parameter> right) {
  left.insert(left.end(), std::make_move_iterator(right.begin()),
              std::make_move_iterator(right.end()));
  return left;
}

std::optional<std::string> Arguments::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace sluice::ctl
