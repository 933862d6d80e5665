#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::ctl {

enum class ColumnKind : std::uint8_t { Text, Time };  // Time: milliseconds since 1970, 0 is never

/// A column of a table, and the member of each item that it shows.
struct Column {
  std::string title;  // "CLIENT ID"
  std::string path;   // "additionalInfo.description"
  ColumnKind kind = ColumnKind::Text;
  bool is_wide = false;  // shown with `-o wide` only
};

inline Column text_column(std::string title, std::string path) {
  return {std::move(title), std::move(path)};
}

inline Column time_column(std::string title, std::string path) {
  return {std::move(title), std::move(path), ColumnKind::Time};
}

inline Column wide(Column column) {
  column.is_wide = true;
  return column;
}

}  // namespace sluice::ctl
