#include "broker/acknowledge_times.h"

#include <algorithm>

namespace sluice::broker {
namespace {

constexpr double kWeight = 1.0 / 8;  // of a new sample
// A search looks at all of them, which is not for each of many samples.
constexpr milliseconds kSearchInterval{10};
constexpr milliseconds kTrust{1000};  // in what the last one found

}  // namespace

void AcknowledgeTimes::add(const ServerConnection& client, milliseconds took, Instant now) {
  const auto found = clients_.find(&client);
  if (found != clients_.end()) return found->second.add(took, now);
  if (clients_.size() >= kClientsMax && !make_room(static_cast<double>(took.count()), now)) return;
  clients_[&client].add(took, now);
}

/// Whether somebody gave way to one that took so long: who was not timed lately, or the fastest.
bool AcknowledgeTimes::make_room(double took, Instant now) {
  if (now - searched_at_ < (took > fastest_ ? kSearchInterval : kTrust)) return false;
  searched_at_ = now;
  const auto rank = [now](const auto& one) {
    return one.second.is_outdated(now) ? -1.0 : one.second.average();
  };
  const auto fastest = std::ranges::min_element(clients_, {}, rank);
  fastest_ = rank(*fastest);
  if (took <= fastest_) return false;
  clients_.erase(fastest);
  return true;
}

void AcknowledgeTimes::Times::add(milliseconds took, Instant now) {
  const auto sample = static_cast<double>(took.count());
  average_ = average_ < 0 ? sample : average_ + (sample - average_) * kWeight;
  const std::uint64_t period = period_of(now);
  // The periods that have begun since the last sample; at most all.
  for (std::uint64_t past = std::min<std::uint64_t>(period - period_of(last_), kPeriods); past > 0;
       --past) {
    maxima_[(period - past + 1) % kPeriods] = 0;
  }
  std::uint32_t& maximum = maxima_[period % kPeriods];
  maximum = std::max(maximum, static_cast<std::uint32_t>(took.count()));
  last_ = now;
}

double AcknowledgeTimes::Times::maximum(Instant now) const {
  std::uint32_t maximum = 0;
  // Those behind the last sample have not been cleared.
  for (std::uint64_t back = period_of(now) - period_of(last_); back < kPeriods; ++back) {
    maximum = std::max(maximum, maxima_[(period_of(now) + kPeriods - back) % kPeriods]);
  }
  return maximum;
}

}  // namespace sluice::broker
