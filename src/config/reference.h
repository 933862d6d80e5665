#pragma once

#include <string>

namespace sluice::config {

/// The page docs/reference/configuration.md in Markdown, made from the key table.
std::string reference_page();

}  // namespace sluice::config
