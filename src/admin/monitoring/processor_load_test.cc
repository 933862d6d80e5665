#include "admin/monitoring/processor_load.h"

#include <gtest/gtest.h>

namespace sluice::admin {
namespace {

TEST(ProcessorLoad, IsTheShareOfTheTimeBetweenTwoReadings) {
  ProcessorLoad load;
  load.read("cpu  100 0 100 700 100 0 0 0 0 0");
  EXPECT_EQ(load.percent(), 20U) << "of the time since the start";

  // 300 ticks more: 120 of programs, 15 of the kernel, 15 of interrupts, the rest idle or waiting.
  load.read("cpu  220 0 115 800 150 5 10 0 0 0");

  EXPECT_EQ(load.percent(), 50U);
}

TEST(ProcessorLoad, CountsWhatTheHypervisorTookAndNoGuestTwice) {
  ProcessorLoad load;
  load.read("cpu  0 0 0 0 0 0 0 0 0 0");
  load.read("cpu  50 0 0 25 0 0 0 25 50 0");
  EXPECT_EQ(load.percent(), 75U);
}

TEST(ProcessorLoad, StaysWithoutAReading) {
  ProcessorLoad load;
  load.read("cpu  50 0 0 50 0 0 0 0 0 0");
  load.read("cpu  50 0 0 50 0 0 0 0 0 0");
  load.read("intr 1 2 3 4 5 6 7 8 9");
  load.read("cpu  50 0");
  load.read("");
  EXPECT_EQ(load.percent(), 50U);
}

TEST(ProcessorLoad, ReadsThisMachine) {
  ProcessorLoad load;
  load.read();
  load.read();
  EXPECT_LE(load.percent(), 100U);
}

}  // namespace
}  // namespace sluice::admin
