#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "support/delivery_checker.h"

namespace sluice::crash {

/// What happened since the last judgement, kept small and written only when somebody has to read
/// it.
class EventLog {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what` must be a literal.
  void add(const std::string& who, const char* what, std::uint16_t packet_id = 0,
           delivery::MessageId message = {}) {
    events_.push_back({Clock::now(), &who, what, message, packet_id});
  }
  void clear() { events_.clear(); }

  /// One line per event: microseconds since the start, who, what, packet id, publisher, number.
  Result<void> write(const std::string& path) const;

 private:
  struct Event {
    Clock::time_point at;
    const std::string* who;  // a client's name, which outlives the log
    const char* what;
    delivery::MessageId message;
    std::uint16_t packet_id;
  };

  Clock::time_point start_ = Clock::now();
  std::vector<Event> events_;
};

}  // namespace sluice::crash
