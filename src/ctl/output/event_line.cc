#include "ctl/output/event_line.h"

#include "ctl/input/time_text.h"
#include "ctl/output/table.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr std::string_view kTimeMember = "time";

bool is_empty(const json::value& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty());
}

void add_members(const json::object& object, const std::string& prefix, std::string& line) {
  for (const auto& [name, value] : object) {
    const std::string path = prefix + std::string(name);
    if (is_empty(value) || path == kTimeMember) continue;
    if (const json::object* inner = value.if_object()) {
      add_members(*inner, path + ".", line);
      continue;
    }
    line += " " + harmless(path) + "=" +
            harmless(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }
}

/// When it was; now if it does not say.
std::int64_t time_of(const json::object& event) {
  const json::value* time = event.if_contains(kTimeMember);
  return time && time->is_int64() ? time->get_int64() : now_ms();
}

}  // namespace

std::string event_line(const std::string& name, const json::value& data, Format format) {
  if (format == Format::Json || format == Format::Yaml) {
    return json::serialize(json::object{{"event", name}, {"data", data}}) + "\n";
  }
  const json::object* object = data.if_object();
  std::string line = format_time(object ? time_of(*object) : now_ms()) + " " + harmless(name);
  if (object) {
    add_members(*object, "", line);
  } else {
    line += " " + harmless(json::serialize(data));
  }
  return line + "\n";
}

}  // namespace sluice::ctl
