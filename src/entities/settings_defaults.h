#pragma once

#include <span>
#include <string>
#include <string_view>

#include "entities/error.h"

namespace sluice::entities {

/// A key of the settings, and what it holds until somebody changes it.
struct DefaultSetting {
  std::string_view key;
  std::string_view json;
};

std::span<const DefaultSetting> default_settings();

/// What is to be kept when somebody sends `json` for `key`: with the defaults for what is missing
/// or null, numbers and their digits as text both in the form of the default.
/// errors  NotFound: no such key; Invalid: naming the member
Result<std::string> complete_setting(std::string_view key, std::string_view json);

}  // namespace sluice::entities
