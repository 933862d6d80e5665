#include "net/counters_sum.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace sluice::net {
namespace {

TEST(CountersSum, AddsEveryCounter) {
  NetCounters one;
  one.sockets_accepted = 3;
  one.half_open_refused = 5;
  one.tls_reloads_failed = 1;
  NetCounters sum;

  add_counters(sum, one);
  add_counters(sum, one);

  EXPECT_EQ(sum.sockets_accepted, 6U);
  EXPECT_EQ(sum.half_open_refused, 10U);
  EXPECT_EQ(sum.tls_reloads_failed, 2U);
}

TEST(CountersSum, CountsWhatNetRefusedAmongTheRefusals) {
  NetCounters net;
  net.half_open_refused = 2;
  net.connect_timeouts = 3;
  broker::Counters core;
  core.refuse(broker::RefusalReason::ConnectTimeout);

  add_refusals(core, net);

  using broker::RefusalReason;
  EXPECT_EQ(core.refused[static_cast<std::size_t>(RefusalReason::HalfOpenPerAddress)], 2U);
  EXPECT_EQ(core.refused[static_cast<std::size_t>(RefusalReason::ConnectTimeout)], 4U);
}

TEST(CountersSum, WritesOneJsonLineWithAllReasons) {
  broker::Counters counters;
  counters.connections = 1;
  counters.messages_received = {1, 2, 3};
  counters.refuse(broker::RefusalReason::TakenOver);
  StoreCounters store;
  counters.connects[0x87] = 6;
  counters.publish_ack.observe(milliseconds{2}, 3);
  store.is_failed = true;
  store.commit_groups = 4;
  const std::string json = to_json(counters, NetCounters{}, store, 5);

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
