#pragma once

#include <functional>

#include "base/time.h"
#include "broker/inspection.h"

namespace sluice::admin {

/// What all Sessions hold, as of a moment ago. Adding it up takes the shards some 10 ms for 100 000
/// Sessions, so it is done for at most a part in kShare of the time, however often it is asked for:
/// a few thousand Sessions are counted anew each time.
class RecentSessionTotals {
 public:
  using Read = std::function<broker::SessionTotals()>;
  using MonotonicClock = std::function<Instant()>;

  /// read  asks the shards
  const broker::SessionTotals& get(const Read& read, const MonotonicClock& clock);

  static constexpr int kShare = 400;

 private:
  broker::SessionTotals totals_;
  Instant good_until_{};
};

}  // namespace sluice::admin
