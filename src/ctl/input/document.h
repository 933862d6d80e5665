#pragma once

#include <boost/json.hpp>
#include <string>

#include "ctl/failure.h"

namespace sluice::ctl {

/// Understands a text as JSON or YAML. Plain words of YAML become null, booleans and numbers where
/// JSON has these; what is in quotes stays a text.
/// errors  Usage: neither of both, with the place
Outcome<boost::json::value> parse_document(const std::string& text);

/// Reads a file ("-": stdin) that holds an object.
Outcome<boost::json::object> read_object(const std::string& path);

}  // namespace sluice::ctl
