#include "broker/topic_sampler.h"

#include <gtest/gtest.h>

namespace sluice::broker {
namespace {

class TopicSampling : public ::testing::Test {
 protected:
  void publish(std::uint64_t messages) {
    for (std::uint64_t i = 0; i < messages; ++i) {
      if (!sampler.is_due()) continue;
      TopicSample sample;
      sample.topic = i % 4 == 0 ? "quarter" : "rest";
      sampler.add(std::move(sample));
    }
  }
  struct Taken {
    std::size_t samples = 0;
    std::uint64_t weight = 0;
    std::uint64_t quarter = 0;
  };
  Taken take() {
    Taken taken;
    for (const TopicSample& sample : sampler.take()) {
      ++taken.samples;
      taken.weight += sample.weight;
      if (sample.topic == "quarter") taken.quarter += sample.weight;
    }
    return taken;
  }

  std::mt19937_64 random{1};
  TopicSampler sampler{random};
};

TEST_F(TopicSampling, TakesEveryMessageAtLowRates) {
  publish(1000);
  const Taken taken = take();
  EXPECT_EQ(taken.samples, 1000u);
  EXPECT_EQ(taken.weight, 1000u);
}

TEST_F(TopicSampling, StaysWithinItsBoundAndKeepsTheSum) {
  constexpr std::uint64_t kMessages = 2'000'000;
  for (int second = 0; second < 3; ++second) {
    publish(kMessages);
    const Taken taken = take();
    EXPECT_LE(taken.samples, kTopicSamplesMax);
    EXPECT_GT(taken.samples, kTopicSamplesMax / 8);
    EXPECT_NEAR(static_cast<double>(taken.weight), kMessages, kMessages * 0.05);
    EXPECT_NEAR(static_cast<double>(taken.quarter), kMessages / 4.0, kMessages * 0.02)
        << "publishers in step are sampled evenly";
  }
}

TEST_F(TopicSampling, TakesEveryMessageAgainWhenTheRateFalls) {
  publish(1'000'000);
  for (int second = 0; second < 10; ++second) take();
  publish(100);
  EXPECT_EQ(take().samples, 100u);
}

}  // namespace
}  // namespace sluice::broker
