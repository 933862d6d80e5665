#pragma once

#include <atomic>
#include <cstdint>

namespace sluice {

/// A count that one thread writes and any may read. Costs its writer what a plain integer does:
/// nobody else writes, so it needs no atomic addition.
class Tally {
 public:
  Tally() = default;
  Tally(std::uint64_t value) : value_(value) {}  // NOLINT(google-explicit-constructor): a number
  Tally(const Tally& other) : value_(other) {}
  Tally& operator=(const Tally& other) {
    value_.store(other, std::memory_order_relaxed);
    return *this;
  }
  operator std::uint64_t() const { return value_.load(std::memory_order_relaxed); }

  Tally& operator+=(std::uint64_t more) {
    value_.store(*this + more, std::memory_order_relaxed);
    return *this;
  }
  Tally& operator++() { return *this += 1; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace sluice
