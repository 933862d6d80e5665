#pragma once

#include <boost/json.hpp>
#include <chrono>
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

/// How one comes back to a broker that went away.
struct Comeback {
  std::function<void(const std::string& line)> say;  // to a person
  std::function<void(std::chrono::seconds)> wait;
};
/// By stderr and sleep; Ctrl-C ends the program meanwhile.
Comeback patient_comeback();

/// Takes an event. false: that was enough.
using TakeEvent = std::function<bool(const std::string& name, const boost::json::value& data)>;

/// Follows GET /api/stream until `take` returns false. When the broker goes away, or has ended the
/// stream, this comes back after 1 s, 2 s, 4 s, ... 30 s and goes on behind the last event; what
/// the broker does not have any more it tells with an event "reset".
///
/// topics  "counters,jobs"
/// errors  Refused: its data is no JSON; Unavailable: the first connection failed; later only what
///         another try does not mend, such as a key that is gone
Outcome<void> follow_events(Api& api, const std::string& topics, const TakeEvent& take,
                            const Comeback& comeback);

}  // namespace sluice::ctl
