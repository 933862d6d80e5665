#include "net/server.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "broker/home.h"
#include "broker/recovery.h"
#include "broker/stored_records.h"
#include "storage/memory_engine.h"

namespace sluice::net {
namespace {

constexpr unsigned kShards = 2;

/// An engine that stands for a disk, and servers that start on it one after the other.
config::Settings open_to_all() {
  config::Settings settings;
  settings.auth.allow_anonymous = true;
  return settings;
}

struct ServerTest : ::testing::Test {
  void runs_and_stops() {
    auto server = *Server::make(settings, kShards);
    auto found = load();
    server->restore(*found);
    server->start(&disk);
    server->request_stop();
    for (server->take_reports(); !server->has_stopped(); server->take_reports()) {
      pollfd wake{server->wake_fd(), POLLIN, 0};
      ::poll(&wake, 1, -1);
    }
  }
  std::unique_ptr<broker::Recovery> load() {
    auto recovery = std::make_unique<broker::Recovery>(kShards);
    EXPECT_TRUE(disk.load(*recovery));
    return recovery;
  }
  void put(storage::Table table, std::string key, std::string value) {
    storage::Batch batch;
    batch.rows.push_back({table, std::move(key), std::move(value)});
    EXPECT_TRUE(disk.write({&batch, 1}));
  }
  void put_session(broker::SessionNumber number, const std::string& client_id) {
    broker::SessionRow row;
    row.client_id = client_id;
    row.expiry_interval = 3600;
    row.connected = true;  // when the broker died
    put(storage::Table::Sessions, broker::number_key(number), encode(row));
  }

  config::Settings settings = open_to_all();
  storage::MemoryEngine disk{/*keeps_rows=*/true};
};

std::string client_of_shard(ShardId shard) {
  std::string id = "client";
  while (broker::home_shard(id, kShards) != shard) id += '+';
  return id;
}

TEST_F(ServerTest, StopsWithoutAStore) {
  settings.storage.durability = config::Durability::Memory;
  auto server = *Server::make(settings, kShards);
  server->start(nullptr);
}

TEST_F(ServerTest, StopsWhenItIsDestroyed) {
  auto server = *Server::make(settings, kShards);
  server->start(&disk);
}

TEST_F(ServerTest, WritesAtStopWhatNobodyWaitedFor) {
  put_session(1, client_of_shard(0));
  runs_and_stops();

  const auto sessions = load()->take_sessions(0);
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_FALSE(sessions[0].row.connected);  // the row of the start says since when
}

TEST_F(ServerTest, KeepsAWillForASessionOfAnotherShard) {
  put_session(2, client_of_shard(0));
  broker::SubscriptionOptions options;
  options.maximum_qos = mqtt::Qos::AtLeastOnce;
  put(storage::Table::Subscriptions, broker::subscription_key(2, "will"), encode(options));
  broker::WillRow will;
  will.message.topic = "will";
  will.message.qos = mqtt::Qos::AtLeastOnce;
  put(storage::Table::Wills, broker::number_key(3), encode(will));  // published by shard 1
  runs_and_stops();

  auto found = load();
  EXPECT_EQ(found->counts().deliveries, 1U);
  EXPECT_TRUE(found->take_wills(1).empty());
}

}  // namespace
}  // namespace sluice::net
