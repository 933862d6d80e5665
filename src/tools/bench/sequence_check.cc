#include "tools/bench/sequence_check.h"

#include <algorithm>

namespace sluice::tools::bench {
namespace {

constexpr std::uint64_t kGapMax = std::uint64_t{1} << 27;

}  // namespace

Arrival SequenceCheck::add_around_gap(std::uint64_t number) {
  if (number < first_missing_) return Arrival::Duplicate;
  if (seen_ == nullptr) {
    seen_ = std::make_unique<Gap>();
    seen_->base = first_missing_;
    beyond_highest_ = first_missing_;
  }
  const std::uint64_t at = number - seen_->base;
  if (at >= kGapMax) return Arrival::InOrder;
  auto& seen = seen_->seen;
  if (at >= seen.size()) seen.resize(std::max<std::size_t>(64, 2 * at));
  if (seen[at]) return Arrival::Duplicate;
  seen[at] = true;

  const bool is_late = number < beyond_highest_;
  beyond_highest_ = std::max(beyond_highest_, number + 1);
  while (first_missing_ < beyond_highest_ && seen[first_missing_ - seen_->base]) ++first_missing_;
  if (first_missing_ == beyond_highest_) seen_.reset();
  return is_late ? Arrival::Reordered : Arrival::InOrder;
}

}  // namespace sluice::tools::bench
