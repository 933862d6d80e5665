#include "support/delivery_checker_findings.h"

#include <numeric>
#include <utility>

namespace sluice::delivery {

const char* to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::Lost:
      return "lost";
    case FindingKind::Duplicate:
      return "duplicate";
    case FindingKind::Reordered:
      return "reordered";
    case FindingKind::Phantom:
      return "phantom";
    case FindingKind::Stuck:
      return "stuck";
    case FindingKind::RetainedStale:
      return "retained stale";
    case FindingKind::WillLost:
      return "will lost";
    case FindingKind::SessionLost:
      return "session lost";
  }
  return "unknown";
}

void Findings::add(Finding finding) {
  ++counts_[static_cast<std::size_t>(finding.kind)];
  if (kept_.size() < kKeptMax) kept_.push_back(std::move(finding));
}

std::uint64_t Findings::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace sluice::delivery
