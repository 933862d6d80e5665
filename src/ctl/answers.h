#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "ctl/noun.h"

namespace sluice::ctl {

// From what the API says to what a verb shows.

/// As it is, a list with these columns.
Outcome<Answer> shown(Outcome<boost::json::value> reply, std::vector<Column> columns = {});

/// Nothing but a note.
Outcome<Answer> done(const Outcome<boost::json::value>& reply, std::string note = "");

/// The items of an answer that is a list or a page of one; none of what is neither.
boost::json::array items_of(boost::json::value reply);

/// A member that is a number; 0 otherwise.
double number_of(const boost::json::object& object, std::string_view member);

/// What --name=VALUE says as a whole number; `fallback` if it was not given.
/// errors  Usage: no number
Outcome<std::uint64_t> number_option(const Arguments& arguments, std::string_view name,
                                     std::uint64_t fallback);

}  // namespace sluice::ctl
