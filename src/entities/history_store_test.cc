#include "entities/history_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace sluice::entities {
namespace {

constexpr std::int64_t kMinute = 60'000;

class HistoryStoreTest : public ::testing::Test {
 protected:
  HistoryStoreTest() {
    std::string name = std::filesystem::temp_directory_path() / "sluice-history-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    open();
  }
  ~HistoryStoreTest() override { std::filesystem::remove_all(folder); }

  void open() {
    store.reset();
    auto opened = HistoryStore::open(folder);
    ASSERT_TRUE(opened) << opened.error().what;
    store = std::move(*opened);
  }
  /// A point a minute, with the values 1, 2, 3, ...
  void add_minutes(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(store->add({{"total", "incomingMsgs", i * kMinute, i + 1}}));
    }
  }
  std::vector<double> read(HistoryQuery query) {
    std::vector<double> values;
    const auto points = store->read("total", "incomingMsgs", query);
    EXPECT_TRUE(points);
    for (const HistoryPoint& point : *points) values.push_back(point.value);
    return values;
  }
  std::vector<double> buckets(Aggregation aggregation) {
    return read(
        {.start = 0, .end = 5 * kMinute, .aggregation = aggregation, .interval = 2 * kMinute});
  }

  std::string folder;
  std::unique_ptr<HistoryStore> store;
};

using Values = std::vector<double>;

TEST_F(HistoryStoreTest, ReturnsPointsWithinATimeNewestFirst) {
  add_minutes(5);
  EXPECT_EQ(read({.start = kMinute, .end = 4 * kMinute}), (Values{4, 3, 2}));
  EXPECT_EQ(read({.start = kMinute, .end = 4 * kMinute, .limit = 2}), (Values{4, 3}));
  EXPECT_EQ(read({.start = kMinute, .end = 4 * kMinute, .ascending = true}), (Values{2, 3, 4}));
}

TEST_F(HistoryStoreTest, AggregatesByInterval) {
  add_minutes(5);
  EXPECT_EQ(buckets(Aggregation::Min), (Values{1, 3, 5}));
  EXPECT_EQ(buckets(Aggregation::Max), (Values{2, 4, 5}));
  EXPECT_EQ(buckets(Aggregation::Average), (Values{1.5, 3.5, 5}));
  EXPECT_EQ(buckets(Aggregation::Sum), (Values{3, 7, 5}));
  EXPECT_EQ(buckets(Aggregation::Count), (Values{2, 2, 1}));
}

TEST_F(HistoryStoreTest, NamesABucketByItsMiddle) {
  add_minutes(5);
  const auto points = store->read(
      "total", "incomingMsgs",
      {.start = 0, .end = 5 * kMinute, .aggregation = Aggregation::Sum, .interval = 2 * kMinute});
  ASSERT_EQ(points->size(), 3U);
  EXPECT_EQ((*points)[0].at, kMinute);
  EXPECT_EQ((*points)[2].at, 4 * kMinute + kMinute / 2);
}

TEST_F(HistoryStoreTest, KnowsTheLatestOfEachKey) {
  add_minutes(3);
  ASSERT_TRUE(store->add({{"total", "incomingMsgs", kMinute, 50}}));
  EXPECT_EQ((*store->latest("total", "incomingMsgs"))->value, 3);
  EXPECT_FALSE(*store->latest("total", "nothing"));
  ASSERT_TRUE(store->remove_latest("total", "incomingMsgs"));
  EXPECT_FALSE(*store->latest("total", "incomingMsgs"));
  EXPECT_EQ(read({.start = 0, .end = 3 * kMinute}).size(), 3U);
  EXPECT_EQ(store->keys("total"), std::vector<std::string>{"incomingMsgs"});
}

TEST_F(HistoryStoreTest, RemovesWhatIsOldOrNamed) {
  add_minutes(5);
  ASSERT_TRUE(store->remove_before(2 * kMinute));
  EXPECT_EQ(read({.start = 0, .end = 5 * kMinute}), (Values{5, 4, 3}));
  ASSERT_TRUE(store->remove("total", "incomingMsgs", 3 * kMinute, 4 * kMinute));
  EXPECT_EQ(read({.start = 0, .end = 5 * kMinute}), (Values{5, 3}));
}

TEST_F(HistoryStoreTest, SurvivesAKill) {
  store.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = HistoryStore::open(folder);
    const bool added = opened && (*opened)->add({{"total", "incomingMsgs", kMinute, 7}});
    ::kill(::getpid(), added ? SIGKILL : SIGTERM);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  open();
  EXPECT_EQ(read({.start = 0, .end = 2 * kMinute}), Values{7});
}

TEST_F(HistoryStoreTest, BeginsAnewWhenTheFileIsDamaged) {
  store.reset();
  std::filesystem::remove(folder + "/history.db-wal");
  std::ofstream(folder + "/history.db") << "this is no database, whatever its name says";
  open();
  add_minutes(1);
  EXPECT_EQ(read({.start = 0, .end = kMinute}), Values{1});
  EXPECT_TRUE(std::filesystem::exists(folder + "/history.db.damaged"));
}

TEST_F(HistoryStoreTest, BoundsTheNumberOfSeries) {
  std::vector<HistoryStore::NewPoint> points;
  for (std::size_t i = 0; i <= HistoryStore::kSeriesMax; ++i) {
    points.push_back({"mine", std::to_string(i), 0, 1});
  }
  const auto added = store->add(points);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::Invalid);
  EXPECT_TRUE(store->keys("mine").empty()) << "all or nothing";
}

}  // namespace
}  // namespace sluice::entities
