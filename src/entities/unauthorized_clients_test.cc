#include "entities/unauthorized_clients.h"

#include <thread>

#include "entities/test_store.h"
#include "entities/unauthorized_recorder.h"

namespace sluice::entities {
namespace {

using testing::kind_of;
using testing::kNow;
using testing::must;

UnauthorizedClient refused(const std::string& client_id, std::int64_t time = kNow) {
  return {client_id, "192.0.2.1", time, "user", true, false, "wrong password"};
}

class UnauthorizedClientsTest : public testing::StoreTest {
 protected:
  UnauthorizedClients& clients() { return store().unauthorized_clients(); }
  void put(const UnauthorizedClient& client) {
    must(committed([&](Transaction& t) { return clients().put(t, client); }));
  }
  std::vector<std::string> ids(const UnauthorizedClientFilter& filter = {}) {
    std::vector<std::string> found;
    for (const auto& item : must(clients().page({}, filter)).items) found.push_back(item.client_id);
    return found;
  }
};

TEST_F(UnauthorizedClientsTest, KeepsTheLastTimeOfEach) {
  put(refused("a"));
  auto again = refused("a", kNow + 1);
  again.reason = "blocked";
  put(again);

  const auto found = must(clients().find("a"));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->time, kNow + 1);
  EXPECT_EQ(found->reason, "blocked");
  EXPECT_TRUE(found->password_provided);
  EXPECT_FALSE(found->tls_used);
  EXPECT_EQ(ids().size(), 1U);
}

TEST_F(UnauthorizedClientsTest, PurgeRemovesTheOldAndThenTheOldestBeyondTheLimit) {
  for (int i = 0; i < 10; ++i) put(refused(std::to_string(i), kNow + i));

  const auto count =
      must(committed([&](Transaction& t) { return clients().purge(t, kNow + 2, 5); }));

  EXPECT_EQ(count, 5U);
  EXPECT_EQ(ids(), (std::vector<std::string>{"5", "6", "7", "8", "9"}));
}

TEST_F(UnauthorizedClientsTest, RemovesOneOrAll) {
  put(refused("a"));
  put(refused("b"));
  put(refused("c"));
  const auto remove = [&] {
    return committed([&](Transaction& t) { return clients().remove(t, "a"); });
  };

  must(remove());
  EXPECT_EQ(kind_of(remove()), ErrorKind::NotFound);
  EXPECT_EQ(must(committed([&](Transaction& t) { return clients().clear(t); })), 2U);
  EXPECT_TRUE(ids().empty());
}

TEST_F(UnauthorizedClientsTest, Filters) {
  put(refused("a", kNow));
  UnauthorizedClient other{"b", "2001:db8::7", kNow + 1, "Ada", false, true, "No such user"};
  put(other);
  using Ids = std::vector<std::string>;

  EXPECT_EQ(ids({"B", "", "", "", {}, {}}), Ids{"b"});
  EXPECT_EQ(ids({"", "DB8::", "", "", {}, {}}), Ids{"b"});
  EXPECT_EQ(ids({"", "", "ada", "", {}, {}}), Ids{"b"});
  EXPECT_EQ(ids({"", "", "", "wrong", {}, {}}), Ids{"a"});
  EXPECT_EQ(ids({"", "", "", "", {true}, {}}), Ids{"a"});
  EXPECT_EQ(ids({"", "", "", "", {}, {true}}), Ids{"b"});
  EXPECT_EQ(ids({"", "", "", "", {true, false}, {true, false}}), (Ids{"a", "b"}));
}

class UnauthorizedRecorderTest : public UnauthorizedClientsTest {
 protected:
  UnauthorizedRecorder recorder_{{.clients_max = 5, .ttl = seconds(60), .pending_max = 4}};

  void write(std::int64_t now = kNow) { must(recorder_.write_pending(store().database(), now)); }
};

TEST_F(UnauthorizedRecorderTest, WritesTheLastWordOnEachClient) {
  recorder_.record(refused("a", kNow));
  recorder_.record(refused("a", kNow + 1));
  recorder_.record(refused("b"));
  recorder_.forget("b");

  write();

  EXPECT_EQ(ids(), std::vector<std::string>{"a"});
  EXPECT_EQ(must(clients().find("a"))->time, kNow + 1);
}

TEST_F(UnauthorizedRecorderTest, ForgetsWhoGotIn) {
  recorder_.record(refused("a"));
  write();

  recorder_.forget("a");
  recorder_.forget("never seen");
  write();

  EXPECT_TRUE(ids().empty());
}

TEST_F(UnauthorizedRecorderTest, KnowsThoseOfAnEarlierRun) {
  put(refused("a"));
  UnauthorizedRecorder recorder({});
  must(recorder.load(clients()));

  recorder.forget("a");
  must(recorder.write_pending(store().database(), kNow));

  EXPECT_TRUE(ids().empty());
}

TEST_F(UnauthorizedRecorderTest, DropsAndCountsWhatComesBeyondItsLimit) {
  for (int i = 0; i < 6; ++i) recorder_.record(refused(std::to_string(i)));

  EXPECT_EQ(recorder_.dropped(), 2U);
  write();
  EXPECT_EQ(ids().size(), 4U);
}

TEST_F(UnauthorizedRecorderTest, ForgetsAtTheNextTimeWhatWasDropped) {
  recorder_.record(refused("old"));
  write();
  for (int i = 0; i < 4; ++i) recorder_.record(refused(std::to_string(i)));
  recorder_.forget("old");
  write();
  EXPECT_TRUE(must(clients().find("old")));

  recorder_.forget("old");
  write();

  EXPECT_FALSE(must(clients().find("old")));
}

TEST_F(UnauthorizedRecorderTest, KeepsTheListWithinItsLimitAndTime) {
  for (int batch = 0; batch < 20; ++batch) {
    for (int i = 0; i < 4; ++i) {
      recorder_.record(refused(std::to_string(batch) + "-" + std::to_string(i), kNow + batch));
    }
    write();
  }
  EXPECT_EQ(ids().size(), 5U);
  recorder_.forget("19-0");
  write();
  EXPECT_EQ(ids().size(), 4U);

  write(kNow + 19 + 60'001);

  EXPECT_TRUE(ids().empty());
}

TEST_F(UnauthorizedRecorderTest, CutsLongTextsBetweenCharacters) {
  // 2-byte characters after one byte: the limit falls into the middle of one.
  std::string id = "x";
  while (id.size() < 3000) id += "\xC3\xA9";
  recorder_.record(refused(id));
  write();

  ASSERT_EQ(ids().size(), 1U);
  EXPECT_EQ(ids()[0], id.substr(0, 1023));
  recorder_.forget(id);
  write();
  EXPECT_TRUE(ids().empty());
}

TEST_F(UnauthorizedRecorderTest, TakesFromSeveralThreads) {
  UnauthorizedRecorder recorder({});
  const auto work = [&](int thread) {
    for (int i = 0; i < 500; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      recorder.record(refused(id));
      if (i % 2 == 1) recorder.forget(id);
    }
  };
  std::thread first(work, 1);
  std::thread second(work, 2);
  for (int i = 0; i < 20; ++i) must(recorder.write_pending(store().database(), kNow));
  first.join();
  second.join();
  must(recorder.write_pending(store().database(), kNow));

  EXPECT_EQ(must(clients().page({})).total_elements, 500U);
}

}  // namespace
}  // namespace sluice::entities
