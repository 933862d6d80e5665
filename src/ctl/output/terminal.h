#pragma once

#include <string>
#include <string_view>

namespace sluice::ctl {

/// How stdout may be written to: with commands to a terminal, in colours, or as plain lines.
struct Terminal {
  bool is_screen = false;    // there is a terminal
  bool has_colours = false;  // and nobody has set NO_COLOR, or TERM to "dumb"
  std::size_t rows = 24;

  static Terminal of_stdout();

  std::string good(std::string_view text) const { return coloured("32", text); }
  std::string bad(std::string_view text) const { return coloured("31", text); }
  std::string title(std::string_view text) const { return coloured("1", text); }

 private:
  std::string coloured(std::string_view code, std::string_view text) const;
};

inline constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";

}  // namespace sluice::ctl
