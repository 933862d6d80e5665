#pragma once

#include <boost/json.hpp>
#include <string>

#include "ctl/output/format.h"

namespace sluice::ctl {

/// One event on one line: as JSON (also for YAML), or for a person as
/// "2026-11-22T10:00:00Z sessions clientId=pump-7 address=192.0.2.7", without what is empty.
std::string event_line(const std::string& name, const boost::json::value& data, Format format);

}  // namespace sluice::ctl
