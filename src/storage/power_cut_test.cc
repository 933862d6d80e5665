#include "storage/testing/simulated_store.h"

// Full run: SLUICE_STORE_CUTS=2000 storage_tests --gtest_filter='PowerCut.*'

namespace sluice::storage {
namespace {

using testing::Collector;
using testing::Model;

constexpr int kCutsPerStore = 4;
constexpr int kWritesMax = 60;

/// Writes until the power fails; gives the batches of which nobody knows whether they arrived.
std::vector<Batch> write_until_cut(Engine& engine, testing::Script& script, Model& certain) {
  for (int writes = 0; writes < kWritesMax; ++writes) {
    auto batches = script.next();
    if (!engine.write(batches)) return batches;
    for (const Batch& batch : batches) certain.apply(batch);
  }
  return {};
}

void cut_one_store(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  testing::SimulatedStore store;
  testing::Script script(seed);
  Model certain;
  std::vector<Batch> uncertain;
  for (int cut = 0; cut <= kCutsPerStore; ++cut) {
    // Some cuts fall into opening and recovering, most into writing; the last round has none.
    if (cut < kCutsPerStore) store.disk->cut_power(1 + random() % (cut % 2 == 0 ? 1200 : 150));
    auto engine = store.open();
    Collector collector;
    const bool loaded = engine && (*engine)->load(collector);
    if (loaded) {
      ASSERT_TRUE(is_prefix(testing::loaded(collector), certain, uncertain))
          << "seed " << seed << ", cut " << cut;
      certain = testing::loaded(collector);
      uncertain = write_until_cut(**engine, script, certain);
    } else {
      ASSERT_FALSE(store.disk->has_power()) << "seed " << seed << ", cut " << cut << ": "
                                            << (engine ? "load failed" : engine.error().what);
    }
    if (engine) engine->reset();
    store.disk->cut_power();
    (void)store.open();
    store.disk->power_on(random());
    for (const auto& file : store.disk->files()) {
      ASSERT_EQ(file.find("/quarantine/"), std::string::npos)
          << "a crash was taken for damage: seed " << seed << ", cut " << cut << ", " << file;
    }
  }
}

TEST(PowerCut, KeepsWhatWasWrittenAndNoPartOfABatch) {
  const auto stores = testing::rounds("SLUICE_STORE_CUTS", 60) / kCutsPerStore;
  for (std::uint64_t seed = 1; seed <= stores && !HasFatalFailure(); ++seed) cut_one_store(seed);
}

}  // namespace
}  // namespace sluice::storage
