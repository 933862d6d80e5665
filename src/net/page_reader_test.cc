#include "net/page_reader.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/store_test_support.h"

namespace sluice::net::testing {
namespace {

struct PageReaderTest : ::testing::Test {
  ~PageReaderTest() override {
    mail.send(members.server(), members.page_reader(), StopRequest{StopStep::End});
    if (thread.joinable()) thread.join();
  }

  void start() {
    thread = std::thread([this] { reader.run(); });
  }
  void ask(unsigned shard, storage::PageId id) {
    mail.send(shard, members.page_reader(), PageRequest{id});
  }
  void tell_state(bool is_failed) {
    mail.send(members.committer(), members.page_reader(), StoreStateReport{is_failed});
  }
  ReadPage answer(unsigned shard) { return std::move(*mail.receive_as<PageReport>(shard).page); }

  static constexpr Members members{2};
  FakeEngine engine;
  Post mail{members};
  StoreCounters counters;
  PageReader reader{engine, *mail.mailboxes, members, counters, milliseconds{1}};
  std::thread thread;
};

TEST_F(PageReaderTest, AnswersTheShardThatAsked) {
  start();
  ask(0, 7);
  ask(1, 8);

  EXPECT_EQ(answer(1).bytes, "page 8");
  const ReadPage page = answer(0);
  EXPECT_EQ(page.id, 7U);
  EXPECT_EQ(page.bytes, "page 7");
}

TEST_F(PageReaderTest, SaysThatAPageIsNotThere) {
  start();
  ask(0, FakeEngine::kMissingPage);

  const ReadPage page = answer(0);
  EXPECT_EQ(page.id, FakeEngine::kMissingPage);
  EXPECT_EQ(page.bytes, std::nullopt);
}

TEST_F(PageReaderTest, TriesAPageAgainThatCannotBeRead) {
  engine.failing_reads = PageReader::kTriesMax - 1;
  start();
  ask(0, 7);

  EXPECT_EQ(answer(0).bytes, "page 7");
}

TEST_F(PageReaderTest, GivesUpAPageThatCannotBeReadForLong) {
  engine.failing_reads = PageReader::kTriesMax;
  start();
  ask(0, 7);

  EXPECT_EQ(answer(0).bytes, std::nullopt);
  EXPECT_EQ(counters.pages_unreadable, 1U);
}

TEST_F(PageReaderTest, GivesUpNoPageWhileTheStoreIsFailed) {
  engine.failing_reads = 3 * PageReader::kTriesMax;
  tell_state(true);
  ask(0, 7);
  start();

  EXPECT_EQ(answer(0).bytes, "page 7");
}

}  // namespace
}  // namespace sluice::net::testing
