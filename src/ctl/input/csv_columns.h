#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/failure.h"

namespace sluice::ctl {

/// The cells of the first line of a CSV file (RFC 4180), without a byte order mark.
std::vector<std::string> first_csv_line(std::string_view file, char delimiter);

/// The types of columns that the bulk import knows, by what people call them: "Client ID",
/// "client_id" and "clientId" are CLIENT_ID; "publish" and "subscribe" are the lists of patterns.
/// errors  Usage: a name that is none of them, one that comes twice, no NAME
Outcome<std::vector<std::string>> to_column_types(const std::vector<std::string>& names);

}  // namespace sluice::ctl
