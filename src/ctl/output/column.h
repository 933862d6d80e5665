#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::ctl {

enum class ColumnKind : std::uint8_t {
  Text,
  Time,   // milliseconds since 1970; 0 is never, below is not known
  Count,  // how many items a list has
};

/// A column of a table, and the member of each item that it shows.
struct Column {
  std::string title;  // "CLIENT ID"
  std::string path;   // "additionalInfo.description"; of the items of a list, "clients.clientId"
  ColumnKind kind = ColumnKind::Text;
  bool is_wide = false;  // shown with `-o wide` only
};

inline Column text_column(std::string title, std::string path) {
  return {std::move(title), std::move(path)};
}

inline Column time_column(std::string title, std::string path) {
  return {std::move(title), std::move(path), ColumnKind::Time};
}

inline Column count_column(std::string title, std::string path) {
  return {std::move(title), std::move(path), ColumnKind::Count};
}

inline Column wide(Column column) {
  column.is_wide = true;
  return column;
}

}  // namespace sluice::ctl
