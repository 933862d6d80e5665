#include "net/committer.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/store_test_support.h"

namespace sluice::net::testing {
namespace {

using Calls = std::vector<std::string>;

struct CommitterTest : ::testing::Test {
  ~CommitterTest() override {
    if (thread.joinable()) stop();
  }

  void start() {
    thread = std::thread([this] { committer.run(); });
  }
  void post(unsigned shard, storage::PageId page) {
    auto batch = std::make_unique<storage::Batch>();
    batch->pages.push_back({page, "bytes"});
    mail.send(shard, members.committer(), CommitRequest{std::move(batch)});
  }
  void request_stop() {
    mail.send(members.server(), members.committer(), StopRequest{StopStep::End});
  }
  void stop() {
    request_stop();
    thread.join();
  }

  static constexpr Members members{2};
  FakeEngine engine;
  Post mail{members};
  StoreCounters counters;
  Committer committer{engine, *mail.mailboxes, members, counters, milliseconds{1}};
  std::thread thread;
};

TEST_F(CommitterTest, WritesWhatGatheredMeanwhileAsOne) {
  engine.hold();
  start();
  post(0, 1);
  engine.await_calls(1);
  post(1, 2);
  post(0, 3);
  engine.release();

  mail.receive_as<CommittedReport>(1);
  mail.receive_as<CommittedReport>(0);
  mail.receive_as<CommittedReport>(0);
  EXPECT_EQ(engine.calls(), (Calls{"write 1", "write 3 2"}));
}

TEST_F(CommitterTest, TimesWritesThatSucceed) {
  engine.failing_writes = 1;
  start();
  post(0, 1);
  mail.receive_as<StoreStateReport>(0);
  mail.receive_as<CommittedReport>(0);
  stop();

  EXPECT_EQ(counters.log_append.count, 1U);
  EXPECT_EQ(counters.log_fsync.count, 0U) << "this engine has no disk";
}

TEST_F(CommitterTest, TellsOnlyTheShardsWhoseBatchesAreDurable) {
  start();
  post(1, 1);
  mail.receive_as<CommittedReport>(1);
  stop();

  EXPECT_FALSE(mail.has_mail(0));
  EXPECT_FALSE(mail.has_mail(1));
}

TEST_F(CommitterTest, TriesFailedBatchesAgainAfterARestart) {
  engine.failing_writes = 2;
  engine.failing_restarts = 1;
  start();
  post(0, 1);

  EXPECT_TRUE(mail.receive_as<StoreStateReport>(0).is_failed);
  mail.receive_as<CommittedReport>(0);
  EXPECT_FALSE(mail.receive_as<StoreStateReport>(0).is_failed);
  for (const unsigned member : {1U, members.page_reader()}) {
    EXPECT_TRUE(mail.receive_as<StoreStateReport>(member).is_failed);
    EXPECT_FALSE(mail.receive_as<StoreStateReport>(member).is_failed);
  }
  EXPECT_EQ(engine.calls(),
            (Calls{"write 1", "restart", "restart", "write 1", "restart", "write 1"}));
}

TEST_F(CommitterTest, WritesWhatCameDuringAFailureAfterwards) {
  engine.failing_writes = 1;
  engine.hold();
  start();
  post(0, 1);
  engine.await_calls(1);
  post(1, 2);
  engine.release();

  EXPECT_TRUE(mail.receive_as<StoreStateReport>(1).is_failed);
  EXPECT_FALSE(mail.receive_as<StoreStateReport>(1).is_failed);
  mail.receive_as<CommittedReport>(1);
  EXPECT_EQ(engine.calls(), (Calls{"write 1", "restart", "write 1", "write 2"}));
}

TEST_F(CommitterTest, CountsWhatItWroteAndEachFailureOnce) {
  engine.failing_writes = 3;
  start();
  post(0, 1);
  EXPECT_TRUE(mail.receive_as<StoreStateReport>(0).is_failed);
  mail.receive_as<CommittedReport>(0);
  post(1, 2);
  while (!std::holds_alternative<CommittedReport>(mail.receive(1))) {
  }
  stop();

  EXPECT_FALSE(counters.is_failed);
  EXPECT_EQ(counters.failures, 1U);
  EXPECT_EQ(counters.commit_groups, 2U);
  EXPECT_EQ(counters.batches, 2U);
  EXPECT_EQ(counters.pages_written, 2U);
}

TEST_F(CommitterTest, WritesWhatWasPostedBeforeItStops) {
  engine.hold();
  start();
  post(0, 1);
  engine.await_calls(1);
  post(1, 2);
  request_stop();
  engine.release();
  thread.join();

  EXPECT_EQ(engine.calls(), (Calls{"write 1", "write 2"}));
  mail.receive_as<StepReport>(members.server());
}

TEST_F(CommitterTest, StopsWhileTheStoreIsFailedAndCompletesNothing) {
  engine.failing_writes = 1'000'000;
  start();
  post(0, 1);
  EXPECT_TRUE(mail.receive_as<StoreStateReport>(0).is_failed);
  stop();

  EXPECT_FALSE(mail.has_mail(0));
  EXPECT_TRUE(counters.is_failed);
  EXPECT_EQ(counters.commit_groups, 0U);
  mail.receive_as<StepReport>(members.server());
}

}  // namespace
}  // namespace sluice::net::testing
