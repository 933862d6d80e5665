#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "broker/message.h"
#include "broker/observation.h"

namespace sluice::broker {

/// Looks at one of N messages for the topic tree, N = 1 until there are more than fit.
///
/// When kTopicSamplesMax have gathered, every second one goes, those that stay stand for twice as
/// many, and N doubles; when a collection finds less than a quarter of that, N halves. So the sum
/// of the weights stays right whatever the rate. Which of N it is, is drawn: Clients publish in
/// step.
class TopicSampler {
 public:
  explicit TopicSampler(std::mt19937_64& random) : random_(random) {}

  /// A message came. Whether it is to be given to `add`.
  bool is_due() { return --left_ == 0; }
  void add(TopicSample sample);

  std::vector<TopicSample> take();

 private:
  void thin_out();
  void choose_next();

  std::mt19937_64& random_;
  std::vector<TopicSample> samples_;
  std::uint32_t one_of_ = 1;
  std::uint32_t left_ = 1;
};

}  // namespace sluice::broker
