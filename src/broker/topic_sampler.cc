#include "broker/topic_sampler.h"

#include <utility>

namespace sluice::broker {
namespace {

constexpr std::uint32_t kOneOfMax = 1U << 20;

}  // namespace

void TopicSampler::add(TopicSample sample) {
  if (samples_.size() >= kTopicSamplesMax) thin_out();
  sample.weight = one_of_;
  samples_.push_back(std::move(sample));
  choose_next();
}

std::vector<TopicSample> TopicSampler::take() {
  if (samples_.size() < kTopicSamplesMax / 4 && one_of_ > 1) one_of_ /= 2;
  choose_next();
  return std::exchange(samples_, {});
}

void TopicSampler::thin_out() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples_.size(); i += 2) {
    if (kept != i) samples_[kept] = std::move(samples_[i]);
    samples_[kept++].weight *= 2;
  }
  samples_.resize(kept);
  if (one_of_ < kOneOfMax) one_of_ *= 2;
}

/// One of 1 .. 2N - 1, which is N in the mean.
void TopicSampler::choose_next() {
  left_ = one_of_ == 1 ? 1 : 1 + static_cast<std::uint32_t>(random_() % (2 * one_of_ - 1));
}

}  // namespace sluice::broker
