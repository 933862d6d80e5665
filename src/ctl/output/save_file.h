#pragma once

#include <cstdint>
#include <string>

#include "ctl/api.h"

namespace sluice::ctl {

/// Writes a download into a file that only we may read, piece by piece. It takes the place of an
/// old one when it is complete; until then it is at `path` + ".part", which does not survive a
/// failure.
///
/// path     "-": stdout
/// returns  bytes
/// errors   Usage: the file cannot be made; Refused: it cannot be written to; those of the API
Outcome<std::uint64_t> save_download(Api& api, const std::string& source, const Query& query,
                                     const std::string& path);

}  // namespace sluice::ctl
