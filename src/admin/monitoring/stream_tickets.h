#pragma once

#include <deque>
#include <optional>
#include <string>

#include "admin/role.h"
#include "base/time.h"

namespace sluice::admin {

/// Stand for a caller in the address of a stream, where browsers can send no header. Each is good
/// once and shortly, so that it does not matter who reads the address later.
class StreamTickets {
 public:
  static constexpr seconds kLife{30};
  static constexpr std::size_t kMax = 1000;  // the oldest make room

  std::string issue(Caller caller, Instant now);
  std::optional<Caller> redeem(const std::string& ticket, Instant now);

 private:
  struct Issued {
    std::string ticket;
    Caller caller;
    Instant ends_at;
  };
  std::deque<Issued> issued_;
};

}  // namespace sluice::admin
