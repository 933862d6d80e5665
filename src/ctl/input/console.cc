#include "ctl/input/console.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace sluice::ctl {
namespace {

/// Switches the echo of the terminal on stdin off for a while.
class SilentTerminal {
 public:
  SilentTerminal() : is_known_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_known_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (is_known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool is_known_;
};

bool has_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

Outcome<std::string> next_line(const std::string& what) {
  std::string line;
  if (!std::getline(std::cin, line)) return misused("there is no " + what + " on stdin");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Outcome<std::string> not_empty(Outcome<std::string> secret, const std::string& what) {
  if (secret && secret->empty()) return misused("the " + what + " is empty");
  return secret;
}

}  // namespace

Outcome<std::string> Console::secret(const std::optional<std::string>& file,
                                     const std::string& what) {
  if (!file && has_terminal()) return not_empty(prompt(what), what);
  if (!file || *file == "-") return not_empty(next_line(what), what);
  auto text = read_text(*file);
  if (text && text->ends_with('\n')) text->pop_back();
  if (text && text->ends_with('\r')) text->pop_back();
  return not_empty(std::move(text), what);
}

Outcome<std::string> Console::new_secret(const std::optional<std::string>& file,
                                         const std::string& what) {
  auto first = secret(file, what);
  if (!first || file || !has_terminal()) return first;
  const auto second = prompt(what + " again");
  if (!second) return second;
  if (*first != *second) return misused("the two differ");
  return first;
}

Outcome<void> Console::confirm(bool is_agreed, const std::string& question) {
  if (is_agreed) return {};
  if (!has_terminal()) return misused(question + " Say --yes: there is no terminal to ask on");
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return refused("nothing was done");
}

Outcome<std::string> Console::prompt(const std::string& what) {
  std::cerr << "Enter the " << what << ": " << std::flush;
  const SilentTerminal silent;
  auto line = next_line(what);
  std::cerr << '\n';
  return line;
}

Outcome<std::string> read_text(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return misused("cannot read '" + path + "': " + std::strerror(errno));
  return text;
}

}  // namespace sluice::ctl
