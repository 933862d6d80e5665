#pragma once

#include "admin/context.h"

namespace sluice::admin {

// What is done without anybody asking. Failures are logged and the next time is tried again.

/// Writes down who was refused since the last time.
void write_unauthorized(Context& context);

/// Removes what is older than it has to be kept: audit rows, refresh tokens, mailed
/// links, blocks that are over.
void purge_old(Context& context);

}  // namespace sluice::admin
