#pragma once

#include <atomic>

#include "providers/curl_library.h"

namespace sluice::providers {

/// Does one transfer on the calling thread and waits for its end, at most the transfer's own
/// timeout.
///
/// stop     ends the wait within a second when it is set
/// returns  how the transfer ended; CURLE_ABORTED_BY_CALLBACK when it was stopped
CURLcode wait_for(const CurlLibrary& curl, CURL* transfer, const std::atomic<bool>& stop);

}  // namespace sluice::providers
