#pragma once

#include <boost/json.hpp>
#include <vector>

#include "ctl/arguments.h"
#include "ctl/failure.h"

namespace sluice::ctl {

/// The options that say what Clients may do: --publish, --subscribe, --rules-file and --no-rules.
std::vector<Parameter> rule_options();

bool has_rules(const Arguments& arguments);

/// Applies them to what the API calls `authRules`: a direction that is given replaces its rules,
/// the other one stays as it is. --no-rules makes it null.
/// errors  Usage: what is no rule, --rules-file or --no-rules together with others
Outcome<boost::json::value> change_rules(const Arguments& arguments, boost::json::value rules);

}  // namespace sluice::ctl
