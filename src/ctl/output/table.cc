#include "ctl/output/table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ctl/input/time_text.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr std::size_t kCellMax = 48;  // characters, unless wide

using Row = std::vector<std::string>;

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// Characters of UTF-8, each taken for one cell of a terminal.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string shortened(const std::string& text, std::size_t max) {
  if (width_of(text) <= max) return text;
  std::size_t characters = 0;
  std::size_t end = 0;
  while (characters < max) characters += begins_character(text[end++]);
  return text.substr(0, end - 1) + "…";
}

std::string lines_text(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

/// The value at a path; of a list, what its items have there. Null: there is none.
json::value find_path(const json::value& item, std::string_view path) {
  if (path.empty()) return item;
  if (const json::array* items = item.if_array()) {
    json::array found;
    for (const json::value& each : *items) found.push_back(find_path(each, path));
    return found;
  }
  const std::string_view name = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(path.size(), name.size() + 1));
  const json::object* object = item.if_object();
  const json::value* value = object ? object->if_contains(name) : nullptr;
  return value ? find_path(*value, path) : json::value(nullptr);
}

std::string cell_text(const json::value& value, ColumnKind kind);

std::string list_text(const json::array& items) {
  std::string text;
  for (const json::value& item : items) {
    text += (text.empty() ? "" : ", ") + cell_text(item, ColumnKind::Text);
  }
  return text;
}

std::string cell_text(const json::value& value, ColumnKind kind) {
  if (value.is_null()) return "-";
  if (kind == ColumnKind::Time && value.is_int64()) {
    return value.get_int64() < 0 ? "-" : format_time(value.get_int64());
  }
  if (kind == ColumnKind::Count && value.is_array())
    return std::to_string(value.get_array().size());
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_string()) return value.get_string().empty() ? "-" : harmless(value.get_string());
  if (value.is_array()) return value.get_array().empty() ? "-" : list_text(value.get_array());
  return harmless(json::serialize(value));
}

ColumnKind kind_of_member(std::string_view name) {
  const bool is_time =
      name.ends_with("Time") || name.ends_with("At") || name.ends_with("Ts") || name == "ts";
  return is_time ? ColumnKind::Time : ColumnKind::Text;
}

/// JSON in a text, like `credentialsValue`; null if it is none.
json::value unwrapped(const json::value& value) {
  if (!value.is_string() || !value.get_string().starts_with("{")) return nullptr;
  json::error_code error;
  json::value inner = json::parse(value.get_string(), error);
  return error || !inner.is_object() ? json::value(nullptr) : inner;
}

/// A list has a line for each item, the first of which says whose they are.
void add_items(const json::array& items, const std::string& path, std::vector<Row>& rows) {
  for (const json::value& item : items) {
    const bool is_first = &item == &items.front();
    rows.push_back({is_first ? path : "", cell_text(item, ColumnKind::Text)});
  }
}

void add_details(const json::object& object, const std::string& prefix, std::vector<Row>& rows) {
  for (const auto& [name, value] : object) {
    const std::string path = prefix + harmless(name);
    const json::value inner = unwrapped(value);
    const json::object* nested = inner.is_object() ? inner.if_object() : value.if_object();
    const json::array* items = value.if_array();
    if (nested && !nested->empty()) {
      add_details(*nested, path + ".", rows);
    } else if (items && !items->empty()) {
      add_items(*items, path, rows);
    } else {
      rows.push_back({path, cell_text(value, kind_of_member(name))});
    }
  }
}

}  // namespace

std::string table_text(const json::array& items, std::span<const Column> columns, bool is_wide) {
  std::vector<Row> rows(1);
  const auto is_shown = [is_wide](const Column& column) { return is_wide || !column.is_wide; };
  for (const Column& column : columns) {
    if (is_shown(column)) rows.front().push_back(column.title);
  }
  for (const json::value& item : items) {
    Row& row = rows.emplace_back();
    for (const Column& column : columns) {
      if (!is_shown(column)) continue;
      const std::string cell = cell_text(find_path(item, column.path), column.kind);
      row.push_back(is_wide ? cell : shortened(cell, kCellMax));
    }
  }
  return lines_text(rows);
}

std::string details_text(const json::object& object) {
  std::vector<Row> rows;
  add_details(object, "", rows);
  return lines_text(rows);
}

std::string harmless(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080..U+009F, in UTF-8 behind 0xC2, are control characters too.
    const bool is_c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const auto shown = is_c1 ? static_cast<unsigned char>(text[++i]) : byte;
    if (byte >= 0x20 && byte != 0x7F && !is_c1) {
      clean += text[i];
    } else {
      clean += {'\\', 'x', kDigits[shown >> 4], kDigits[shown & 0xF]};
    }
  }
  return clean;
}

}  // namespace sluice::ctl
