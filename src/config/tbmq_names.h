#pragma once

#include <span>
#include <string_view>

namespace sluice::config {

/// Environment names of TBMQ 2.3 that have no meaning here, sorted.
std::span<const std::string_view> ignored_tbmq_names();

}  // namespace sluice::config
