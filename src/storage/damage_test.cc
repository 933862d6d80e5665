#include <set>

#include "storage/testing/simulated_store.h"

// Full run: SLUICE_STORE_DAMAGES=500 storage_tests --gtest_filter='Damage.*'

namespace sluice::storage {
namespace {

using testing::Collector;
using testing::Model;

/// Every value that was ever written, to tell an old one from an invented one.
struct History {
  std::set<std::pair<std::pair<Table, std::string>, std::string>> rows;
  std::set<std::pair<PageId, std::string>> pages;

  void add(const Batch& batch) {
    for (const auto& page : batch.pages) pages.emplace(page.id, page.bytes);
    for (const auto& row : batch.rows) {
      if (row.value) rows.emplace(std::pair(row.table, row.key), *row.value);
    }
  }
};

void hurt(std::string& bytes, std::mt19937_64& random) {
  if (random() % 5 == 0) {
    bytes.resize(random() % bytes.size());
    return;
  }
  for (std::uint64_t flips = 1 + random() % 64; flips > 0; --flips) {
    bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
  }
}

/// Records that are missing or not what they were.
std::size_t count_lost(const Model& before, const Collector& found) {
  std::size_t lost = 0;
  for (const auto& [place, value] : before.rows) {
    const auto row = found.rows.find(place);
    lost += row == found.rows.end() || row->second != value;
  }
  for (const auto& [id, bytes] : before.pages) lost += !found.pages.contains(id);
  return lost;
}

struct Tally {
  int hurt = 0;
  int lost_something = 0;
  int silent = 0;  // something lost, nothing reported
};

void damage_one_store(std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  testing::SimulatedStore store;
  testing::Script script(seed);
  Model before;
  History history;
  {
    auto engine = store.open();
    ASSERT_TRUE(engine);
    for (int writes = 0; writes < 60; ++writes) {
      const auto batches = script.next();
      ASSERT_TRUE((*engine)->write(batches));
      for (const Batch& batch : batches) {
        before.apply(batch);
        history.add(batch);
      }
    }
  }
  std::vector<std::string> files = store.disk->files();
  std::erase_if(files, [&](const auto& file) { return store.disk->bytes(file).empty(); });
  const std::string victim = files[random() % files.size()];
  hurt(store.disk->bytes(victim), random);
  ++tally.hurt;

  auto engine = store.open();
  if (!engine && victim == "/data/version") return;  // it may name a newer version now
  ASSERT_TRUE(engine) << "seed " << seed << " " << victim << ": " << engine.error().what;
  Collector found;
  const auto report = (*engine)->load(found);
  ASSERT_TRUE(report) << "seed " << seed << " " << victim << ": " << report.error().what;
  for (const auto& row : found.rows) ASSERT_TRUE(history.rows.contains(row)) << seed << victim;
  for (const auto& page : found.pages) ASSERT_TRUE(history.pages.contains(page)) << seed << victim;
  const auto lost = count_lost(before, found);
  tally.lost_something += lost > 0;
  if (lost > 0 && report->damaged == 0) {
    ++tally.silent;
    // The end of a log cannot be told from a write that a crash tore.
    EXPECT_TRUE(victim.ends_with(".log")) << "seed " << seed << ": " << lost << " lost, " << victim;
  }
  if (!victim.ends_with(".log") && !victim.ends_with(".sst")) {
    EXPECT_EQ(lost, 0U) << "seed " << seed << ": " << victim << " holds no records";
  }
  // What is left is a store like any other.
  const std::vector<Batch> more{{.pages = {{1'000'000, "more"}}}};
  ASSERT_TRUE((*engine)->write(more)) << seed << victim;
  engine->reset();
  engine = store.open();
  Collector again;
  ASSERT_TRUE(engine && (*engine)->load(again)) << seed << victim;
  found.pages.emplace(1'000'000, "more");
  EXPECT_TRUE(testing::loaded(again) == testing::loaded(found)) << seed << victim;
}

TEST(Damage, OfAnyFileCostsNoMoreThanTheRecordsItHit) {
  Tally tally;
  const auto stores = testing::rounds("SLUICE_STORE_DAMAGES", 100);
  for (std::uint64_t seed = 1; seed <= stores && !HasFatalFailure(); ++seed) {
    damage_one_store(seed, tally);
  }
  RecordProperty("hurt", tally.hurt);
  RecordProperty("lost_something", tally.lost_something);
  RecordProperty("silent", tally.silent);
}

}  // namespace
}  // namespace sluice::storage
