// What all Sessions hold together, added up in slices: the packet path keeps no sums for it.

#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/session.h"
#include "broker/session_facts.h"

namespace sluice::broker {

namespace {

class SessionTotalsScan final : public SessionScan {
 public:
  SessionTotalsScan(Core& core, std::function<void(SessionTotals)> done)
      : SessionScan(core), done_(std::move(done)) {}

 private:
  std::size_t visit(Session& session) override {
    SessionTotals::OfType& of_type = totals_.of(type_of(core_, session));
    ++(session.connection() != nullptr ? of_type.connected : of_type.disconnected);
    if (session.has_shared()) totals_.shared_subscriptions += session.shared().size();
    if (session.flow() == nullptr && session.stored() == nullptr) return 1;
    const WaitingCounts waiting = count_waiting(session);
    of_type.queued_messages += waiting.messages - waiting.in_flight;
    totals_.in_flight += waiting.in_flight;
    return 1;
  }

  void finish() override { done_(totals_); }

  std::function<void(SessionTotals)> done_;
  SessionTotals totals_;
};

}  // namespace

void Inspector::total_sessions(std::function<void(SessionTotals)> done) {
  core_.scans.begin(std::make_unique<SessionTotalsScan>(core_, std::move(done)));
}

}  // namespace sluice::broker
