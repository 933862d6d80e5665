#include "ctl/event_stream.h"

#include <utility>

namespace sluice::ctl {

namespace json = boost::json;

bool EventParser::feed(std::string_view bytes, const Handler& handle) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    unfinished_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    std::string line = std::exchange(unfinished_, {});
    if (line.ends_with('\r')) line.pop_back();
    if (!take_line(line, handle)) return false;
  }
  return true;
}

bool EventParser::take_line(std::string_view line, const Handler& handle) {
  if (line.empty()) {
    if (event_.name.empty()) event_.name = "message";
    const bool goes_on = !has_data_ || handle(event_);
    event_.name.clear();
    event_.data.clear();
    has_data_ = false;
    return goes_on;
  }
  const std::string_view field = line.substr(0, line.find(':'));
  std::string_view value = field.size() == line.size() ? "" : line.substr(field.size() + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "id") event_.id = value;
  if (field == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }
  return true;
}

Outcome<void> follow_events(
    Api& api, const std::string& topics,
    const std::function<bool(const std::string& name, const json::value& data)>& handle) {
  EventParser parser;
  bool is_enough = false;
  std::string fault;
  const auto on_event = [&](const EventParser::Event& event) {
    json::error_code error;
    const json::value data = json::parse(event.data, error);
    if (error) {
      fault = "the broker's event '" + event.name + "' is no JSON";
      return false;
    }
    is_enough = !handle(event.name, data);
    return !is_enough;
  };
  const auto read = api.stream("/api/stream", {{"topics", topics}}, [&](std::string_view bytes) {
    return parser.feed(bytes, on_event);
  });
  if (!read) return read;
  if (!fault.empty()) return refused(fault);
  if (!is_enough) return unreachable("the broker has ended the stream");
  return {};
}

}  // namespace sluice::ctl
