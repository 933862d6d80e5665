#include "admin/monitoring/session_totals.h"

namespace sluice::admin {

const broker::SessionTotals& RecentSessionTotals::get(const Read& read,
                                                      const MonotonicClock& clock) {
  const Instant begun = clock();
  if (begun < good_until_) return totals_;
  totals_ = read();
  good_until_ = begun + kShare * (clock() - begun);
  return totals_;
}

}  // namespace sluice::admin
