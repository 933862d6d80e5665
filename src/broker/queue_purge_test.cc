// The purge of a queue that is too long for one turn, and what happens to it between two slices.

#include "broker/scan.h"
#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

constexpr int kLong = 5000;
const Connect kPersistent{.expiry = 3600};

class LongPurge : public ::testing::Test {
 protected:
  LongPurge() { world.settings.limits.queue_messages_max = 100'000; }

  /// "1" to "5000" wait for the Client, which is away.
  Client& absent() {
    Client& client = world.connected("c", kPersistent);
    client.subscribe("t", Q1);
    client.drop();
    publish(kLong, Q1);
    return client;
  }
  /// They wait in memory, since the network takes nothing.
  Client& stalled(const Connect& how = {}) {
    Client& client = world.connected("c", how);
    client.subscribe("t", Q1);
    client.stall();
    publish(kLong, Q1);
    return client;
  }
  void publish(int count, Qos qos) {
    for (int i = 0; i < count; ++i) publisher.request_publish("t", std::to_string(++last), {qos});
    world.settle_all();
  }
  void request_purge() {
    world.broker(0).purge_queue(
        "c",
        [this](std::optional<std::uint64_t> count) {
          purged = count;
          is_answered = true;
        },
        world.now());
    world.touched(0);
  }
  std::uint64_t waiting() {
    const auto found = world.broker(0).find_session("c");
    return found ? found->summary.waiting_messages : 0;
  }
  /// Until a slice of the purge has been done, but not all.
  void begin_purge() {
    world.by_hand = true;
    const std::uint64_t before = waiting();
    request_purge();
    while (waiting() + kScanSlice > before) ASSERT_TRUE(world.step());
    ASSERT_FALSE(is_answered);
    world.by_hand = false;
  }

  World world{1};
  Operator asker{world};
  Client& publisher = world.connected("p");
  int last = 0;
  bool is_answered = false;
  std::optional<std::uint64_t> purged;
};

TEST_F(LongPurge, LetsOthersBeServedBetweenSlices) {
  absent();
  Client& reader = world.connected("reader");
  reader.subscribe("other");
  world.by_hand = true;
  request_purge();
  std::size_t slices = 0;
  for (std::uint64_t left = waiting(); !is_answered; left = waiting()) {
    publisher.request_publish("other", "x", {});
    while (waiting() == left && !is_answered) ASSERT_TRUE(world.step());
    EXPECT_LE(left - waiting(), kScanSlice);
    slices += waiting() != left;
    EXPECT_GE(reader.publications.size() + 1, slices);
  }

  EXPECT_EQ(purged, kLong);
  EXPECT_GE(slices, kLong / kScanSlice);
}

TEST_F(LongPurge, DropsPagesInSlicesToo) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  for (int i = 0; i < kLong; ++i) publisher.publish("t", std::string(200, 'x'), Q1);
  const std::size_t before = world.store.pages().size();
  ASSERT_GT(before, 2 * kScanSlice);  // one for each commit
  ASSERT_EQ(asker.purge("c"), kLong);

  for (std::size_t pages = before; pages > 10; pages = world.store.pages().size()) {
    world.advance(kTickInterval);
    ASSERT_LT(world.store.pages().size(), pages);
    EXPECT_LE(pages - world.store.pages().size(), kScanSlice);
  }
  world.restart();
  EXPECT_EQ(asker.queue("c")->messages, 0u);
}

TEST_F(LongPurge, LeavesWhatComesBetweenSlices) {
  Client& client = absent();
  begin_purge();
  publish(2, Q1);

  world.settle_all();

  EXPECT_EQ(purged, kLong);
  EXPECT_EQ(world.dropped(DropReason::Purged), kLong);
  world.restart();
  ASSERT_TRUE(client.resumes(kPersistent));
  EXPECT_EQ(client.payloads(), (Payloads{"5001", "5002"}));
}

TEST_F(LongPurge, SendsNothingOfItToAClientThatComesBackBetweenSlices) {
  Client& client = absent();
  begin_purge();
  world.by_hand = true;
  client.open();
  client.request_connect({.clean_start = false, .expiry = 3600});
  publisher.request_publish("t", "new", {.qos = Q1});
  while (!client.connack) ASSERT_TRUE(world.step());

  world.settle_all();

  EXPECT_EQ(purged, kLong);
  EXPECT_EQ(client.payloads(), (Payloads{"new"}));
}

TEST_F(LongPurge, LeavesTheRestToTheEndOfTheSession) {
  Client& client = absent();
  begin_purge();

  client.connect();  // with Clean Start

  EXPECT_TRUE(is_answered);
  EXPECT_EQ(world.dropped(DropReason::Purged), purged);
  EXPECT_EQ(world.dropped(DropReason::Purged) + world.dropped(DropReason::SessionEnded), kLong);
  world.restart();
  EXPECT_FALSE(asker.queue("c"));
}

TEST_F(LongPurge, TakesWhatIsInMemoryToo) {
  for (const Connect& how : {kPersistent, Connect{}}) {
    Client& client = stalled(how);
    const std::uint64_t in_flight = asker.queue("c")->in_flight;
    EXPECT_EQ(asker.purge("c"), kLong - in_flight);
    publish(1, Q1);

    client.unstall();

    EXPECT_EQ(client.publications.size(), in_flight + 1);
    EXPECT_EQ(client.publications.back().payload, std::to_string(last));
    last = 0;
    client.take_payloads();
    client.leave(ReasonCode::Success, 0);
  }
}

TEST_F(LongPurge, OfWhatIsInMemoryLastsWhenTheClientGoes) {
  Client& client = stalled({.expiry = 3600, .receive_maximum = 2});
  client.acknowledges = false;
  asker.purge("c");

  client.drop();
  client.take_payloads();
  client.acknowledges = true;
  ASSERT_TRUE(client.resumes(kPersistent));

  EXPECT_EQ(client.payloads(), (Payloads{"1", "2"}));
}

TEST_F(LongPurge, IsDoneTwiceWhereItIsAskedForTwice) {
  Client& client = absent();
  begin_purge();
  publisher.request_publish("t", std::to_string(++last), {.qos = Q1});
  ASSERT_TRUE(world.step());
  ASSERT_FALSE(is_answered);
  request_purge();

  publish(1, Q1);

  EXPECT_EQ(purged, 1u);
  EXPECT_EQ(world.dropped(DropReason::Purged), kLong + 1);
  ASSERT_TRUE(client.resumes(kPersistent));
  EXPECT_EQ(client.payloads(), (Payloads{"5002"}));
}

}  // namespace
}  // namespace sluice::broker
