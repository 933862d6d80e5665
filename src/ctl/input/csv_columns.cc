#include "ctl/input/csv_columns.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sluice::ctl {
namespace {

struct KnownColumn {
  std::string_view name;  // lower case, letters only
  const char* type;
};

constexpr std::array kKnownColumns{
    KnownColumn{"name", "NAME"},
    KnownColumn{"description", "DESCRIPTION"},
    KnownColumn{"clienttype", "CLIENT_TYPE"},
    KnownColumn{"type", "CLIENT_TYPE"},
    KnownColumn{"clientid", "CLIENT_ID"},
    KnownColumn{"username", "USERNAME"},
    KnownColumn{"password", "PASSWORD"},
    KnownColumn{"subscribe", "SUB_AUTH_RULE_PATTERNS"},
    KnownColumn{"subauthrulepatterns", "SUB_AUTH_RULE_PATTERNS"},
    KnownColumn{"publish", "PUB_AUTH_RULE_PATTERNS"},
    KnownColumn{"pubauthrulepatterns", "PUB_AUTH_RULE_PATTERNS"},
};

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char each : name) {
    const auto byte = static_cast<unsigned char>(each);
    if (std::isalpha(byte) != 0) letters += static_cast<char>(std::tolower(byte));
  }
  return letters;
}

}  // namespace

std::vector<std::string> first_csv_line(std::string_view file, char delimiter) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (file.starts_with(kByteOrderMark)) file.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const char each = file[i];
    if (each == '"') {
      const bool is_doubled = is_quoted && file.substr(i + 1).starts_with('"');
      if (is_doubled) cells.back() += file[i++];
      if (!is_doubled) is_quoted = !is_quoted;
    } else if (is_quoted) {
      cells.back() += each;
    } else if (each == '\n' || each == '\r') {
      break;
    } else if (each == delimiter) {
      cells.emplace_back();
    } else {
      cells.back() += each;
    }
  }
  return cells;
}

Outcome<std::vector<std::string>> to_column_types(const std::vector<std::string>& names) {
  std::vector<std::string> types;
  for (const std::string& name : names) {
    const auto known = std::ranges::find(kKnownColumns, letters_of(name), &KnownColumn::name);
    if (known == kKnownColumns.end()) {
      return misused("'" + name + "' is no column: there are name, description, client_type, " +
                     "client_id, username, password, publish and subscribe");
    }
    if (std::ranges::find(types, known->type) != types.end()) {
      return misused("the column '" + name + "' comes twice");
    }
    types.emplace_back(known->type);
  }
  if (std::ranges::find(types, "NAME") == types.end()) return misused("there is no column 'name'");
  return types;
}

}  // namespace sluice::ctl
