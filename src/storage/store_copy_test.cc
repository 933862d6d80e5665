#include <gtest/gtest.h>

#include <filesystem>

#include "storage/rocksdb_engine.h"
#include "storage/testing/collector.h"
#include "storage/testing/script.h"

namespace sluice::storage {
namespace {

using testing::Collector;
using testing::Model;

class StoreCopy : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(copy_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::unique_ptr<Engine> open(const std::string& folder) {
    auto opened = RocksDbEngine::open({.folder = folder, .sync = false});
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  static Model load(Engine& engine) {
    Collector collector;
    EXPECT_TRUE(engine.load(collector));
    return testing::loaded(collector);
  }

  const std::string folder_ = ::testing::TempDir() + "sluice_store_copy";
  const std::string original_ = folder_ + "/original";
  const std::string copy_ = folder_ + "/copy";
};

TEST_F(StoreCopy, HoldsWhatWasWrittenBeforeAndNothingAfter) {
  testing::Script script(7);
  const auto engine = open(original_);
  Model model = load(*engine);
  const auto write = [&](Model* to) {
    const auto batches = script.next();
    ASSERT_TRUE(engine->write(batches));
    for (const Batch& batch : batches) {
      if (to != nullptr) to->apply(batch);
    }
  };
  for (int i = 0; i < 200; ++i) write(&model);

  const auto copied = engine->copy_to(copy_);
  ASSERT_TRUE(copied) << copied.error().what;
  for (int i = 0; i < 20; ++i) write(nullptr);

  EXPECT_EQ(load(*open(copy_)), model);
}

TEST_F(StoreCopy, OfAFolderThatIsNotThereFails) {
  const auto engine = open(original_);
  load(*engine);

  EXPECT_FALSE(engine->copy_to(folder_ + "/none"));
}

}  // namespace
}  // namespace sluice::storage
