#include <gtest/gtest.h>

#include <filesystem>

#include "storage/rocksdb_engine.h"
#include "storage/testing/collector.h"
#include "storage/testing/script.h"

namespace sluice::storage {
namespace {

/// What the engine says of the last of some writes.
std::chrono::microseconds last_sync(bool sync) {
  const std::string folder = ::testing::TempDir() + "sluice_last_sync";
  std::filesystem::remove_all(folder);
  auto engine = RocksDbEngine::open({.folder = folder, .sync = sync});
  EXPECT_TRUE(engine);
  testing::Collector collector;
  EXPECT_TRUE((*engine)->load(collector));
  testing::Script script(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*engine)->write(script.next()));
  const auto took = (*engine)->last_sync();
  engine->reset();
  std::filesystem::remove_all(folder);
  return took;
}

TEST(LastSync, IsTimedWhereWritesWaitForStableStorage) {
  EXPECT_GT(last_sync(true).count(), 0);
  EXPECT_EQ(last_sync(false).count(), 0);
}

}  // namespace
}  // namespace sluice::storage
