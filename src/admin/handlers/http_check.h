#pragma once

#include <atomic>

#include "base/result.h"
#include "providers/provider_settings.h"

namespace sluice::admin {

/// Whether the server of an HTTP provider can be reached: sends HEAD and waits up to 15 s. Which
/// status it answers does not matter.
///
/// to_private  also loopback and link-local addresses
/// stop        ends the wait within a second when it is set
Result<void> check_http_server(const providers::HttpSettings& settings, bool to_private,
                               const std::atomic<bool>& stop);

}  // namespace sluice::admin
