#pragma once

#include <gtest/gtest.h>

#include "broker/testing/world.h"

namespace sluice::broker::testing {

using Payloads = std::vector<std::string>;

inline std::string shards_name(const ::testing::TestParamInfo<unsigned>& info) {
  return std::to_string(info.param) + (info.param == 1 ? "Shard" : "Shards");
}

/// A test that must hold whatever the number of shards.
class Scenario : public ::testing::TestWithParam<unsigned> {
 protected:
  World world{GetParam()};
};

}  // namespace sluice::broker::testing

/// Defines the suite `name` of scenarios and runs it with one shard and with three.
#define SLUICE_SCENARIOS(name)                                      \
  class name : public ::sluice::broker::testing::Scenario {};       \
  INSTANTIATE_TEST_SUITE_P(Shards, name, ::testing::Values(1U, 3U), \
                           ::sluice::broker::testing::shards_name)
