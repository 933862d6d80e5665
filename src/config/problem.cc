#include "config/problem.h"

namespace sluice::config {

std::string Problem::to_string() const {
  std::string text = origin.source;
  if (origin.line > 0) {
    text += ':' + std::to_string(origin.line) + ':' + std::to_string(origin.column);
  }
  text += ": " + complaint.message;
  if (!complaint.suggestion.empty()) text += " (did you mean '" + complaint.suggestion + "'?)";
  return text;
}

}  // namespace sluice::config
