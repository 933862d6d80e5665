#include "ctl/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace sluice::ctl {
namespace {

/// Set, and not empty: so says no-color.org.
bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_dumb() {
  const char* type = std::getenv("TERM");
  return type == nullptr || std::string_view(type) == "dumb";
}

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  terminal.is_screen = ::isatty(STDOUT_FILENO) == 1;
  terminal.has_colours = terminal.is_screen && !is_set("NO_COLOR") && !is_dumb();
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
    terminal.rows = size.ws_row;
  return terminal;
}

std::string Terminal::coloured(std::string_view code, std::string_view text) const {
  if (!has_colours) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace sluice::ctl
