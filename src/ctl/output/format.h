#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::ctl {

enum class Format : std::uint8_t { Table, Wide, Json, Yaml };

std::optional<Format> parse_format(std::string_view name);

}  // namespace sluice::ctl
