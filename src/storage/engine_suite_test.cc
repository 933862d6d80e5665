#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <memory>

#include "storage/memory_engine.h"
#include "storage/rocksdb_engine.h"
#include "storage/testing/collector.h"
#include "storage/testing/simulated_disk.h"

namespace sluice::storage {
namespace {

using testing::Collector;
using testing::Model;

/// How each engine is made and, where it outlives that, closed and opened again.
struct InMemory {
  std::unique_ptr<Engine> engine = std::make_unique<MemoryEngine>(true);
  void reopen() {}
};

struct OnDisk {
  // In memory: opening syncs a dozen files, which takes real disks a tenth of a second.
  std::shared_ptr<testing::SimulatedDisk> disk = std::make_shared<testing::SimulatedDisk>();
  std::unique_ptr<Engine> engine;

  OnDisk() { reopen(); }
  void reopen() {
    engine.reset();
    auto opened = RocksDbEngine::open({.folder = "/data", .file_system = disk});
    ASSERT_TRUE(opened) << opened.error().what;
    engine = std::move(*opened);
  }
};

template <class Fixture>
class EngineSuite : public ::testing::Test {
 protected:
  Fixture fixture_;

  Engine& engine() { return *fixture_.engine; }

  void write(std::vector<Batch> batches) {
    const auto written = engine().write(batches);
    ASSERT_TRUE(written) << written.error().what;
  }
  Collector reload() {
    fixture_.reopen();
    Collector collector;
    const auto report = engine().load(collector);
    EXPECT_TRUE(report) << report.error().what;
    if (!report) return collector;
    EXPECT_EQ(report->damaged, 0U);
    EXPECT_EQ(report->rows, collector.rows.size());
    EXPECT_EQ(report->pages, collector.pages.size());
    return collector;
  }
  std::optional<std::string> page(PageId id) {
    auto read = engine().read_page(id);
    EXPECT_TRUE(read) << read.error().what;
    return read ? *read : std::nullopt;
  }
};

using Engines = ::testing::Types<InMemory, OnDisk>;
TYPED_TEST_SUITE(EngineSuite, Engines);

RowChange row(Table table, std::string key, std::optional<std::string> value) {
  return {table, std::move(key), std::move(value)};
}

TYPED_TEST(EngineSuite, LoadsNothingFromAnEmptyStore) {
  const auto all = this->reload();

  EXPECT_TRUE(all.rows.empty());
  EXPECT_TRUE(all.pages.empty());
  EXPECT_EQ(this->page(1), std::nullopt);
}

TYPED_TEST(EngineSuite, LoadsRowsByTableAndKeyAndThenPagesById) {
  this->write({{.pages = {{300, "c"}, {2, "b"}},
                .rows = {row(Table::Retained, "a", "1"), row(Table::Sessions, "z", "2"),
                         row(Table::Sessions, "", "3"), row(Table::Sessions, "a\xFF", "4")}}});

  const auto all = this->reload();

  EXPECT_TRUE(all.is_sorted);
  EXPECT_EQ(all.rows, (testing::Rows{{{Table::Sessions, ""}, "3"},
                                     {{Table::Sessions, "a\xFF"}, "4"},
                                     {{Table::Sessions, "z"}, "2"},
                                     {{Table::Retained, "a"}, "1"}}));
  EXPECT_EQ(all.pages, (testing::Pages{{2, "b"}, {300, "c"}}));
}

TYPED_TEST(EngineSuite, ReplacesAndErasesRowsInTheOrderOfTheBatches) {
  this->write({{.rows = {row(Table::Wills, "a", "1"), row(Table::Wills, "a", "2"),
                         row(Table::Wills, "b", "1")}},
               {.rows = {row(Table::Wills, "b", std::nullopt), row(Table::Wills, "c", "1"),
                         row(Table::Wills, "c", std::nullopt)}}});
  this->write({{.rows = {row(Table::Wills, "missing", std::nullopt)}}});

  EXPECT_EQ(this->reload().rows, (testing::Rows{{{Table::Wills, "a"}, "2"}}));
}

TYPED_TEST(EngineSuite, KeepsTheSameKeyApartInEachTable) {
  this->write({{.rows = {row(Table::Sessions, "k", "s"), row(Table::Queues, "k", "q")}}});
  this->write({{.rows = {row(Table::Sessions, "k", std::nullopt)}}});

  EXPECT_EQ(this->reload().rows, (testing::Rows{{{Table::Queues, "k"}, "q"}}));
}

TYPED_TEST(EngineSuite, ReadsPagesUntilTheyAreDropped) {
  this->write({{.pages = {{1, "one"}, {2, "two"}, {3, "three"}, {4, "four"}}}});
  EXPECT_EQ(this->page(2), "two");

  this->write({{.dropped = {{2, 3}, {9, 12}}}});

  EXPECT_EQ(this->page(1), "one");
  EXPECT_EQ(this->page(2), std::nullopt);
  EXPECT_EQ(this->page(3), std::nullopt);
  EXPECT_EQ(this->reload().pages, (testing::Pages{{1, "one"}, {4, "four"}}));
}

TYPED_TEST(EngineSuite, DropsAPageThatTheSameBatchWrites) {
  this->write({{.pages = {{1, "one"}, {2, "two"}}, .dropped = {{1, 1}}}});

  EXPECT_EQ(this->page(1), std::nullopt);
  EXPECT_EQ(this->reload().pages, (testing::Pages{{2, "two"}}));
}

TYPED_TEST(EngineSuite, TakesThePageOfADroppedIdAnew) {
  this->write({{.pages = {{5, "old"}, {6, "six"}, {7, "seven"}}}});
  this->write({{.dropped = {{1, 10}}}});
  this->write({{.pages = {{6, "new"}}}});

  EXPECT_EQ(this->page(5), std::nullopt);
  EXPECT_EQ(this->page(6), "new");
  EXPECT_EQ(this->reload().pages, (testing::Pages{{6, "new"}}));
}

TYPED_TEST(EngineSuite, IgnoresADroppedRangeThatEndsBeforeItBegins) {
  this->write({{.pages = {{5, "five"}}, .dropped = {{9, 2}}}});

  EXPECT_EQ(this->reload().pages, (testing::Pages{{5, "five"}}));
}

TYPED_TEST(EngineSuite, TakesEmptyAndLargeValues) {
  const std::string large(5 * 1024 * 1024, 'x');
  this->write({{.pages = {{1, ""}, {2, large}}, .rows = {row(Table::Retained, "t", large)}}});
  this->write({{.rows = {row(Table::Retained, "e", "")}}, {}});

  EXPECT_EQ(this->page(1), "");
  EXPECT_EQ(this->page(2), large);
  const auto all = this->reload();
  EXPECT_EQ(all.rows.at({Table::Retained, "t"}), large);
  EXPECT_EQ(all.rows.at({Table::Retained, "e"}), "");
}

TYPED_TEST(EngineSuite, TakesTheGreatestIds) {
  const PageId last = ~PageId{0};
  this->write({{.pages = {{last, "last"}, {last - 1, "before"}, {0, "zero"}}}});
  this->write({{.dropped = {{last, last}, {0, 0}}}});

  EXPECT_EQ(this->reload().pages, (testing::Pages{{last - 1, "before"}}));
}

TYPED_TEST(EngineSuite, GoesOnAfterARestart) {
  this->write({{.pages = {{1, "one"}}, .rows = {row(Table::Queues, "a", "1")}}});
  ASSERT_TRUE(this->engine().restart());
  this->write({{.pages = {{2, "two"}}}});

  EXPECT_EQ(this->page(1), "one");
  const auto all = this->reload();
  EXPECT_EQ(all.pages.size(), 2U);
  EXPECT_EQ(all.rows.size(), 1U);
}

Batch random_batch() {
  using Words = std::vector<std::string>;
  Batch batch;
  const auto id = rc::gen::inRange<PageId>(0, 40);
  for (const PageId page : *rc::gen::container<std::vector<PageId>>(id)) {
    batch.pages.push_back({page, *rc::gen::arbitrary<std::string>()});
  }
  const auto key = rc::gen::elementOf(Words{"", "a", "ab", "b", std::string("\0n", 2)});
  for (const auto& name : *rc::gen::container<Words>(key)) {
    const auto table = *rc::gen::element(Table::Sessions, Table::Retained);
    std::optional<std::string> value;
    if (*rc::gen::arbitrary<bool>()) value = *rc::gen::arbitrary<std::string>();
    batch.rows.push_back({table, name, value});
  }
  if (*rc::gen::arbitrary<bool>()) batch.dropped.push_back({*id, *id});
  return batch;
}

TYPED_TEST(EngineSuite, HoldsWhatAPlainModelHolds) {
  const bool holds = rc::check([] {
    TypeParam fixture;
    Model model;
    for (int writes = *rc::gen::inRange(0, 6); writes > 0; --writes) {
      const std::vector<Batch> batches{random_batch(), random_batch()};
      RC_ASSERT(fixture.engine->write(batches).has_value());
      for (const auto& batch : batches) model.apply(batch);
      if (*rc::gen::inRange(0, 4) == 0) fixture.reopen();
    }
    for (PageId id = 0; id < 40; ++id) {
      const auto page = fixture.engine->read_page(id);
      const auto found = model.pages.find(id);
      RC_ASSERT(page && page->has_value() == (found != model.pages.end()));
      if (*page) RC_ASSERT(**page == found->second);
    }
    fixture.reopen();
    Collector collector;
    RC_ASSERT(fixture.engine->load(collector).has_value());
    RC_ASSERT(collector.is_sorted);
    RC_ASSERT(testing::loaded(collector) == model);
  });
  EXPECT_TRUE(holds);
}

TEST(MemoryEngine, ForgetsRowsThatNobodyReadsBack) {
  MemoryEngine engine(false);
  const std::vector<Batch> batches{{.pages = {{1, "one"}}, .rows = {row(Table::Wills, "a", "1")}}};
  ASSERT_TRUE(engine.write(batches));

  Collector collector;
  ASSERT_TRUE(engine.load(collector));

  EXPECT_TRUE(collector.rows.empty());
  EXPECT_EQ(collector.pages.size(), 1U);
}

}  // namespace
}  // namespace sluice::storage
