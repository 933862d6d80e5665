#pragma once

#include <string>

namespace sluice::entities {

/// A random UUID (version 4) as 36 characters. Names things; keeps no secrets.
std::string make_uuid();

}  // namespace sluice::entities
