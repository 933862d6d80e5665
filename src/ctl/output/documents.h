#pragma once

#include <boost/json.hpp>
#include <string>

namespace sluice::ctl {

/// Indented by two blanks a level, one member a line, with a line end.
std::string json_text(const boost::json::value& value);

/// In block style, with a line end. Texts that YAML would read as something else, or that have
/// other characters than those of names and paths, are in double quotes.
std::string yaml_text(const boost::json::value& value);

}  // namespace sluice::ctl
