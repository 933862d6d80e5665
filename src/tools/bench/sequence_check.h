#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace sluice::tools::bench {

enum class Arrival : std::uint8_t { InOrder, Reordered, Duplicate };

/// Watches the sequence numbers 0, 1, 2, … of one publisher at one receiver. A number that is
/// missing may still come later: then it is reordered, not lost.
///
/// Memory  16 bytes and a pointer while nothing is missing; one bit per number behind a gap.
/// Limit   a number more than 2^27 past the first missing one counts as in order, unseen before.
class SequenceCheck {
 public:
  Arrival add(std::uint64_t number) {
    if (number == first_missing_ && seen_ == nullptr) {
      ++first_missing_;
      return Arrival::InOrder;
    }
    return add_around_gap(number);
  }

 private:
  Arrival add_around_gap(std::uint64_t number);

  std::uint64_t first_missing_ = 0;
  std::uint64_t beyond_highest_ = 0;  // meaningful while there is a gap
  // Bit i: number first_missing_base_ + i has arrived.
  struct Gap {
    std::uint64_t base = 0;
    std::vector<bool> seen;
  };
  std::unique_ptr<Gap> seen_;
};

}  // namespace sluice::tools::bench
