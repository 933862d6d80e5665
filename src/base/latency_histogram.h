#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// Upper bounds of the buckets of every latency histogram, microseconds; what takes longer than the
/// last one is in the bucket behind it.
inline constexpr std::array<std::uint64_t, 18> kLatencyBounds{
    100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,     50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};

/// How long something took, in fixed buckets.
///
/// Count  a plain integer where one thread owns it, an atomic one where others read it: then each
///        number is right, together they need not be of one moment.
template <class Count>
struct BasicLatencyHistogram {
  std::array<Count, kLatencyBounds.size() + 1> buckets{};  // not cumulative
  Count count{0};
  Count sum_microseconds{0};

  /// times  how many took as long
  void observe(std::chrono::microseconds took, std::uint64_t times = 1) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count()));
    const auto bound = std::ranges::lower_bound(kLatencyBounds, value);
    buckets[static_cast<std::size_t>(bound - kLatencyBounds.begin())] += times;
    count += times;
    sum_microseconds += value * times;
  }

  template <class Other>
  void add(const BasicLatencyHistogram<Other>& other) {
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
    count += other.count;
    sum_microseconds += other.sum_microseconds;
  }
};

using LatencyHistogram = BasicLatencyHistogram<std::uint64_t>;
using SharedLatencyHistogram = BasicLatencyHistogram<std::atomic<std::uint64_t>>;

}  // namespace sluice
