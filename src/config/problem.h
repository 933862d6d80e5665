#pragma once

#include <string>

namespace sluice::config {

/// Where a value was given: a place in a file, or the flag or environment name that carried it.
struct Origin {
  std::string source;
  int line = 0;  // from 1; 0 when the source has no lines
  int column = 0;

  /// `file:line:col` where the source has lines, else the source.
  std::string to_string() const;
};

/// What is wrong with a value, and the text that was probably meant (empty when there is no guess).
struct Complaint {
  std::string message;
  std::string suggestion;
};

/// One mistake of an operator, ready to be shown.
struct Problem {
  Origin origin;
  Complaint complaint;

  /// `file:line:col: message (did you mean 'x'?)`; line and column only where the source has them.
  std::string to_string() const;
};

}  // namespace sluice::config
