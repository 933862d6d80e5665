#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "ctl/output/column.h"

namespace sluice::ctl {

/// A list of objects as a table with a line of titles.
/// is_wide  shows the wide columns too, and cells in full length
std::string table_text(const boost::json::array& items, std::span<const Column> columns,
                       bool is_wide);

/// One object as lines of `member  value`, those within it as `outer.inner`. JSON that the API
/// wraps in a text is unwrapped.
std::string details_text(const boost::json::object& object);

/// `text` on one line and without what would command a terminal: names in lists are chosen by
/// Clients. Control characters become \xNN.
std::string harmless(std::string_view text);

}  // namespace sluice::ctl
