#include "app/memory_watch.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

TEST(MemoryWatch, IsFullAboveTheLimitAndUntilWellBelow) {
  MemoryWatch watch(1000);

  EXPECT_FALSE(watch.update(1000));
  EXPECT_FALSE(watch.is_full());
  EXPECT_TRUE(watch.update(1001));
  EXPECT_TRUE(watch.is_full());
  EXPECT_FALSE(watch.update(960));
  EXPECT_TRUE(watch.is_full());
  EXPECT_TRUE(watch.update(950));
  EXPECT_FALSE(watch.is_full());
}

TEST(MemoryWatch, FindsALimitByItself) {
  EXPECT_GT(MemoryWatch(0).limit(), resident_bytes());
  EXPECT_GT(resident_bytes(), 0u);
}

}  // namespace
}  // namespace sluice::app
