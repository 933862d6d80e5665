#include "ctl/output/printer.h"

#include "ctl/output/documents.h"
#include "ctl/output/table.h"

namespace sluice::ctl {

std::optional<Format> parse_format(std::string_view name) {
  if (name == "table") return Format::Table;
  if (name == "wide") return Format::Wide;
  if (name == "json") return Format::Json;
  if (name == "yaml") return Format::Yaml;
  return std::nullopt;
}

namespace {

/// One object, and below it the list that it holds, if one has columns.
std::string object_text(const Answer& answer, boost::json::object object, bool is_wide) {
  const boost::json::value list =
      answer.list_member.empty() ? boost::json::value(nullptr) : object[answer.list_member];
  if (!list.is_array()) return details_text(object);
  object.erase(answer.list_member);
  return details_text(object) + "\n" + table_text(list.get_array(), answer.columns, is_wide);
}

}  // namespace

std::string to_text(const Answer& answer, Format format) {
  if (!answer.text.empty() || answer.value.is_null()) return answer.text;
  if (format == Format::Json) return json_text(answer.value);
  if (format == Format::Yaml) return yaml_text(answer.value);
  if (const auto* object = answer.value.if_object()) {
    return object_text(answer, *object, format == Format::Wide);
  }
  if (const auto* items = answer.value.if_array()) {
    return table_text(*items, answer.columns, format == Format::Wide);
  }
  return yaml_text(answer.value);
}

}  // namespace sluice::ctl
