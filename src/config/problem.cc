#include "config/problem.h"

namespace sluice::config {

std::string Origin::to_string() const {
  if (line == 0) return source;
  return source + ':' + std::to_string(line) + ':' + std::to_string(column);
}

std::string Problem::to_string() const {
  std::string text = origin.to_string() + ": " + complaint.message;
  if (!complaint.suggestion.empty()) text += " (did you mean '" + complaint.suggestion + "'?)";
  return text;
}

}  // namespace sluice::config
