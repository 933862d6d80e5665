#include "config/pattern.h"

#include <re2/re2.h>

namespace sluice::config {

std::optional<std::string> find_pattern_mistake(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 expression(pattern, options);
  if (expression.ok()) return std::nullopt;
  return "expects a regular expression, not '" + pattern + "': " + expression.error();
}

}  // namespace sluice::config
