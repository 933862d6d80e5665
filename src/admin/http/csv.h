#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "admin/http/api_error.h"

namespace sluice::admin {

struct CsvRow {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};

/// Reads RFC 4180 with any delimiter: a cell in quotes may hold delimiters, line ends and doubled
/// quotes. Lines end by CRLF, LF or CR; empty ones are left out, like a byte order mark.
///
/// delimiter  one character, neither a quote nor a line end
/// errors     a quote that is not closed, text behind a closing quote, a NUL, more than `rows_max`
///            rows; with the line
Outcome<std::vector<CsvRow>> parse_csv(std::string_view text, char delimiter, std::size_t rows_max);

}  // namespace sluice::admin
