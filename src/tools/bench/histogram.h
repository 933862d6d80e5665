#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace sluice::tools::bench {

/// Counts values in log-linear buckets: 64 per power of two, so a quantile is at most 1.6 % too
/// high.
class Histogram {
 public:
  Histogram() : counts_(kBuckets) {}

  void add(std::uint64_t value) {
    ++counts_[bucket_of(value)];
    ++count_;
    maximum_ = std::max(maximum_, value);
  }

  void clear() { *this = Histogram(); }
  std::uint64_t count() const { return count_; }
  std::uint64_t maximum() const { return maximum_; }

  /// The upper end of the bucket that holds the `q` quantile (0..1); 0 if nothing was added.
  std::uint64_t quantile(double q) const {
    if (count_ == 0) return 0;
    const auto rank = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(q * static_cast<double>(count_) + 0.5));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank) return std::min(upper_end(i), maximum_);
    }
    return maximum_;
  }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr std::size_t kBuckets = (64 - kBits + 1) << kBits;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < (1U << kBits)) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kBits - 1;
    return (static_cast<std::size_t>(shift) << kBits) + static_cast<std::size_t>(value >> shift);
  }

  static std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < (2U << kBits)) return bucket;
    const auto shift = (bucket >> kBits) - 1;
    const auto base = (std::uint64_t{1} << kBits) | (bucket & ((1U << kBits) - 1));
    return ((base + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t maximum_ = 0;
};

}  // namespace sluice::tools::bench
