#include "net/counters_sum.h"

#include <gtest/gtest.h>

namespace sluice::net {
namespace {

TEST(CountersSum, AddsEveryCounter) {
  ShardCounters one;
  one.core.connections = 2;
  one.net.sockets_accepted = 3;
  one.core.messages_sent[1] = 5;
  one.core.drop(broker::DropReason::Expired, 7);
  one.core.connects[0x87] = 1;
  one.core.delivery.observe(milliseconds{3});
  ShardCounters sum;

  add_counters(sum, one);
  add_counters(sum, one);

  EXPECT_EQ(sum.core.connections, 4U);
  EXPECT_EQ(sum.net.sockets_accepted, 6U);
  EXPECT_EQ(sum.core.connects[0x87], 2U);
  EXPECT_EQ(sum.core.delivery.count, 2U);
  EXPECT_EQ(sum.core.messages_sent[1], 10U);
  EXPECT_EQ(sum.core.dropped[static_cast<std::size_t>(broker::DropReason::Expired)], 14U);
}

TEST(CountersSum, WritesOneJsonLineWithAllReasons) {
  ShardCounters counters;
  counters.core.connections = 1;
  counters.core.messages_received = {1, 2, 3};
  counters.core.refuse(broker::RefusalReason::TakenOver);
  StoreCounters store;
  counters.core.connects[0x87] = 6;
  counters.core.publish_ack.observe(milliseconds{2}, 3);
  store.is_failed = true;
  store.commit_groups = 4;
  const std::string json = to_json(counters, store, 5);

  EXPECT_TRUE(json.starts_with("{\"sockets_accepted\":0,"));
  EXPECT_NE(json.find("\"connections\":1,"), std::string::npos);
  EXPECT_NE(json.find("\"messages_received\":{\"qos0\":1,\"qos1\":2,\"qos2\":3}"),
            std::string::npos);
  EXPECT_NE(json.find("\"queue_full\":0"), std::string::npos);
  EXPECT_NE(json.find("\"taken_over\":1"), std::string::npos);
  EXPECT_NE(json.find("\"store\":{\"failed\":1,\"failures\":0,\"commit_groups\":4,"),
            std::string::npos);
  EXPECT_NE(json.find("\"connects\":{\"135\":6}"), std::string::npos);
  EXPECT_NE(json.find("\"publish_ack\":{\"count\":3,\"sum_microseconds\":6000}"),
            std::string::npos);
  EXPECT_TRUE(json.ends_with("\"disk_bytes\":5}}"));
  EXPECT_EQ(json.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace sluice::net
