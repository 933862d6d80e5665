#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "ctl/api.h"

namespace sluice::ctl {

/// Takes server-sent events out of a stream of bytes.
///
/// source  HTML, section 9.2.6; without `retry`, which says nothing to us
class EventParser {
 public:
  struct Event {
    std::string name;  // "message" without one
    std::string data;
    std::string id;  // the last one that was given
  };
  using Handler = std::function<bool(const Event&)>;

  /// returns  false as soon as `handle` does: what follows is not read
  bool feed(std::string_view bytes, const Handler& handle);

 private:
  bool take_line(std::string_view line, const Handler& handle);

  std::string unfinished_;  // line
  Event event_{};
  bool has_data_ = false;
};

/// Follows GET /api/stream until `handle` returns false, or the broker goes away.
///
/// topics  "counters,jobs"
/// errors  Refused: its data is no JSON; Unavailable: the connection was lost
Outcome<void> follow_events(
    Api& api, const std::string& topics,
    const std::function<bool(const std::string& name, const boost::json::value& data)>& handle);

}  // namespace sluice::ctl
