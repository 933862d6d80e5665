#pragma once

#include "ctl/command_line.h"
#include "ctl/http_client.h"
#include "ctl/input/console.h"

namespace sluice::ctl {

/// Where to send requests, and with what key. Without --url and without an API key that is the
/// broker's local socket, whose file permissions say who may.
/// errors  Usage: a file with the key that cannot be read
Outcome<Endpoint> find_endpoint(const CommonOptions& options, Console& console);

}  // namespace sluice::ctl
