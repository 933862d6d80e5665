#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace sluice::app {

/// What an operator should know of how safe these settings are, a line each: an administration that
/// the network reaches without TLS, private keys that every user of the machine can read.
std::vector<std::string> safety_notes(const config::Settings& settings);

}  // namespace sluice::app
