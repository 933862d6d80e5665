#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ctl/noun.h"

namespace sluice::ctl {

enum class Format : std::uint8_t { Table, Wide, Json, Yaml };

std::optional<Format> parse_format(std::string_view name);

/// What goes to stdout for an answer, in that format.
std::string to_text(const Answer& answer, Format format);

}  // namespace sluice::ctl
