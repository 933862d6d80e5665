#include "storage/testing/simulated_store.h"

// Every call: SLUICE_STORE_FAULT_STEP=1 storage_tests --gtest_filter='WriteFailure.*'

namespace sluice::storage {
namespace {

using rocksdb::IOStatus;
using testing::Call;
using testing::Collector;
using testing::Model;

const std::vector<Call> kChanges{Call::Open, Call::Write, Call::Sync, Call::Folder};
constexpr int kWrites = 40;

/// Writes a script while one call fails, restarting after every error and writing again what had
/// failed; then cuts the power and looks what is there. Gives whether the fault was met.
bool fail_once(std::uint64_t n, const std::vector<Call>& calls, const IOStatus& error) {
  const auto place = [&] { return error.ToString() + " at call " + std::to_string(n); };
  testing::SimulatedStore store;
  testing::Script script(7);
  Model certain;
  auto engine = store.open();
  EXPECT_TRUE(engine);
  store.disk->fail(n, calls, error);
  for (int writes = 0; writes < kWrites; ++writes) {
    const auto batches = script.next();
    for (int tries = 0; !(*engine)->write(batches); ++tries) {
      EXPECT_FALSE((*engine)->write(batches)) << "written without a restart, " << place();
      while (!(*engine)->restart() && tries < 5) ++tries;
      if (tries >= 5) {
        ADD_FAILURE() << "does not go on, " << place();
        return true;
      }
    }
    for (const Batch& batch : batches) certain.apply(batch);
  }
  const bool was_met = store.disk->has_failed();
  store.disk->cut_power();
  engine->reset();
  store.disk->power_on(n);
  Collector collector;
  engine = store.open();
  EXPECT_TRUE(engine && (*engine)->load(collector)) << place();
  EXPECT_TRUE(testing::loaded(collector) == certain) << "lost or wrong, " << place();
  return was_met;
}

void fail_each(const std::vector<Call>& calls, const IOStatus& error) {
  const auto step = testing::rounds("SLUICE_STORE_FAULT_STEP", 31);
  for (std::uint64_t n = 1; fail_once(n, calls, error) && !::testing::Test::HasFailure();)
    n += step;
}

TEST(WriteFailure, OfAnyCallLosesNothingThatWasReportedWritten) {
  fail_each(kChanges, IOStatus::IOError("simulated"));
}

TEST(WriteFailure, OfAnySyncLosesNothingThatWasReportedWritten) {
  fail_each({Call::Sync}, IOStatus::IOError("simulated"));
}

TEST(WriteFailure, ForLackOfSpaceLosesNothingThatWasReportedWritten) {
  fail_each({Call::Open, Call::Write}, IOStatus::NoSpace("simulated"));
}

TEST(WriteFailure, OnAFullDiskEndsWhenThereIsSpaceAgain) {
  testing::SimulatedStore store;
  auto opened = store.open();
  ASSERT_TRUE(opened);
  Engine& engine = **opened;
  const std::vector<Batch> first{{.pages = {{1, "one"}}}};
  const std::vector<Batch> second{{.pages = {{2, "two"}}}};
  ASSERT_TRUE(engine.write(first));

  store.disk->set_full(true);
  const auto refused = engine.write(second);
  const auto restarted = engine.restart();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("no space left on the disk"), std::string::npos);
  ASSERT_FALSE(restarted);
  EXPECT_NE(restarted.error().what.find("no space left on the disk"), std::string::npos);

  store.disk->set_full(false);
  ASSERT_TRUE(engine.restart());
  ASSERT_TRUE(engine.write(second));
  EXPECT_EQ(*engine.read_page(1), "one");
  EXPECT_EQ(*engine.read_page(2), "two");
}

}  // namespace
}  // namespace sluice::storage
