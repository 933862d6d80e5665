#pragma once

#include <string>
#include <string_view>

#include "entities/audit_log.h"

namespace sluice::entities {

/// SHA-256 over the hash of the entry before and all of this one but its own hash. Each text goes
/// in with its length, so that no two entries are the same bytes. returns  32 bytes
std::string audit_hash(std::string_view before, const AuditEntry& entry);

}  // namespace sluice::entities
