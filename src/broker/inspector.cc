#include "broker/inspector.h"

#include "broker/core.h"

namespace sluice::broker {

void Inspector::on_turn() {
  if (scans_.empty() || !scans_.front()->advance()) return;
  scans_.pop_front();
}

void Inspector::forget(const Session& session) {
  for (const auto& scan : scans_) scan->forget(session);
}

void Inspector::when_durable(std::function<void()> answer) {
  core_.groups.when_durable(std::move(answer));
}

}  // namespace sluice::broker
