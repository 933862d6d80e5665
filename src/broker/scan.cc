#include "broker/scan.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {

namespace {

// A Session comes first, then what it points to.
constexpr std::size_t kSessionAhead = 8;
constexpr std::size_t kPartsAhead = 4;

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

void SessionScan::prefetch() const {
  if (next_ + kSessionAhead >= sessions_.size()) return;
  sessions_[next_ + kSessionAhead]->prefetch();
  const Session* const soon = sessions_[next_ + kPartsAhead];
  if (gone_.contains(soon)) return;
  if (soon->stored() != nullptr) soon->stored()->prefetch();
}

bool SessionScan::advance() {
  for (std::size_t read = 0; read < kScanSlice && next_ < sessions_.size(); ++next_) {
    prefetch();
    Session* const session = sessions_[next_];
    read += gone_.contains(session) ? 1 : std::max<std::size_t>(1, visit(*session));
  }
  if (next_ < sessions_.size()) return false;
  finish();
  return true;
}

}  // namespace sluice::broker
