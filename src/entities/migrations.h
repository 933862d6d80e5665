#pragma once

#include <span>

namespace sluice::entities {

/// SQL scripts; the N-th leads from version N to N + 1 of the tables. A released one never changes:
/// what is to be different is another one at the end.
std::span<const char* const> all_migrations();

}  // namespace sluice::entities
