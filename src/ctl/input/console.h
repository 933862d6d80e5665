#pragma once

#include <optional>
#include <string>

#include "ctl/failure.h"

namespace sluice::ctl {

/// The person in front of it, or the script behind it.
///
/// Secrets come from files, from stdin line by line, or from a prompt without echo: what is on a
/// command line is seen by everybody on the machine and kept by shells.
class Console {
 public:
  /// Reads a secret.
  /// file  its file, "-" for the next line of stdin; nullopt: asks on a terminal, else as "-"
  /// what  "API key", for the prompt and for messages
  Outcome<std::string> secret(const std::optional<std::string>& file, const std::string& what);

  /// A secret that is being set: a prompt asks for it twice.
  Outcome<std::string> new_secret(const std::optional<std::string>& file, const std::string& what);

  /// Asks a person whether to go on.
  /// is_agreed  --yes was given
  /// question   "Delete the user 'x'?"
  /// errors     Refused: the answer is no; Usage: there is nobody to ask
  Outcome<void> confirm(bool is_agreed, const std::string& question);

 private:
  Outcome<std::string> prompt(const std::string& what);
};

/// The content of a file, of stdin for "-".
/// errors  Usage: it cannot be read
Outcome<std::string> read_text(const std::string& path);

}  // namespace sluice::ctl
