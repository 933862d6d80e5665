#include "broker/scan.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {

namespace {

constexpr std::size_t kPrefetchAhead = 4;

}  // namespace

void Scans::on_turn() {
  if (scans_.empty() || !scans_.front()->advance()) return;
  scans_.pop_front();
}

void Scans::forget(const Session& session) {
  for (const auto& scan : scans_) scan->forget(session);
}

SessionScan::SessionScan(Core& core) : core_(core) {
  sessions_.reserve(core.sessions.size());
  core.sessions.for_each([this](Session& session) { sessions_.push_back(&session); });
}

bool SessionScan::advance() {
  for (std::size_t read = 0; read < kScanSlice && next_ < sessions_.size(); ++next_) {
    if (next_ + kPrefetchAhead < sessions_.size()) {
      __builtin_prefetch(sessions_[next_ + kPrefetchAhead]);
    }
    Session* const session = sessions_[next_];
    read += gone_.contains(session) ? 1 : std::max<std::size_t>(1, visit(*session));
  }
  if (next_ < sessions_.size()) return false;
  finish();
  return true;
}

}  // namespace sluice::broker
