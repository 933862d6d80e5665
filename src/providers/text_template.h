#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// `text` with each ${name} replaced by its value, in one pass: what a value holds is never
/// replaced again. A name without value stays as it is.
std::string expand_template(
    std::string_view text,
    const std::function<std::optional<std::string>(std::string_view name)>& value_of);

}  // namespace sluice::providers
