#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "ctl/noun.h"
#include "ctl/output/format.h"
#include "manual/command.h"

namespace sluice::ctl {

/// What every command takes.
struct CommonOptions {
  Format format = Format::Table;
  std::optional<std::string> url;
  std::optional<std::string> socket_path;
  std::string data_dir = "sluice-data";
  std::string ca_file;
  std::optional<std::string> api_key;
  std::optional<std::string> api_key_file;
};

struct Invocation {
  CommonOptions common;
  const Verb* verb = nullptr;
  Arguments arguments;
  double watch_seconds = 0;  // 0: once
};

/// Help, or what is wrong with the command line.
struct Text {
  std::string text;
  int exit_code = 0;
};

/// nouns  have to outlive the result
std::variant<Invocation, Text> parse_command_line(std::span<const Noun> nouns, int argc,
                                                  char** argv);

/// What there is, for completion and man pages.
manual::Command describe_command_line();

}  // namespace sluice::ctl
