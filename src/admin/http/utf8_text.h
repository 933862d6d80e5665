#pragma once

#include <string>
#include <string_view>

namespace sluice::admin {

/// Any bytes as text, as Java reads them: what is not UTF-8 becomes U+FFFD. JSON takes no other.
std::string to_utf8_text(std::string_view bytes);

}  // namespace sluice::admin
