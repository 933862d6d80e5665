// What became of a message, step by step: for each of the causes why a Client has not got one.

#include <algorithm>

#include "auth/rule_book.h"
#include "broker/testing/observing.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.clean_start = false, .expiry = 3600};

class Trace : public Scenario {
 protected:
  /// Everything of topic t and of the Client r.
  void SetUp() override { trace({{}, {"t"}, {}}); }
  void trace(Watch::Trace what) {
    Watch watched;
    watched.trace = std::move(what);
    watch(world, watched);
  }

  std::vector<TraceRecord> records() { return collect(world).trace; }
  /// Steps as text: "Published p", "Dropped r queue_full".
  std::vector<std::string> steps() {
    static constexpr const char* kNames[] = {
        "Packet",      "Published", "PublishDenied", "NoSubscription", "Matched",     "NoLocal",
        "ShareChosen", "Queued",    "Dropped",       "Sent",           "Acknowledged"};
    std::vector<std::string> all;
    for (const TraceRecord& record : records()) {
      std::string step = kNames[static_cast<std::size_t>(record.step)];
      step += " " + record.client_id;
      if (!record.reason.empty()) step += " " + record.reason;
      all.push_back(std::move(step));
    }
    return all;
  }
  bool has_step(const std::string& step) {
    const auto all = steps();
    return std::ranges::find(all, step) != all.end();
  }

  void allow_only_other_topics_to(const std::string& client_id) {
    world.ask([=](const auth::ConnectRequest& request) -> std::optional<auth::Verdict> {
      const auth::RuleList other{{}, {{true, "other"}}};
      const auth::RuleText rules{other, other};
      auth::Identity identity;
      identity.provider = auth::ProviderType::Basic;
      if (request.client_id == client_id) {
        identity.rules = auth::RuleBook::of(rules)->rules_for({});
      }
      return auth::Admitted{identity, ""};
    });
  }

  Client& subscriber(const Connect& how = {}, const Subscribe& options = {}) {
    Client& client = world.connected("r", how);
    client.subscribe("t", options);
    return client;
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, Trace, ::testing::Values(1U, 3U), shards_name);

TEST_P(Trace, FollowsAMessageToItsAcknowledgementUnderOneName) {
  subscriber();
  world.connected("p").publish("t", "x", Q2);

  const auto all = records();
  std::set<TraceStep> seen;
  for (const TraceRecord& record : all) {
    EXPECT_EQ(record.message, all[0].message);
    EXPECT_EQ(record.topic, "t");
    seen.insert(record.step);
  }
  EXPECT_NE(all[0].message, 0u);
  EXPECT_EQ(seen, (std::set{TraceStep::Published, TraceStep::Matched, TraceStep::Queued,
                            TraceStep::Sent, TraceStep::Acknowledged}));
}

TEST_P(Trace, TellsMessagesWithTheSameContentApart) {
  Client& publisher = world.connected("p");
  publisher.publish("t", "x", Q0);
  publisher.publish("t", "x", Q0);

  std::set<std::uint64_t> names;
  for (const TraceRecord& record : records()) names.insert(record.message);
  EXPECT_EQ(names.size(), 2u);
}

TEST_P(Trace, FollowsThePublisher) {
  trace({{"p"}, {}, {}});
  subscriber();
  world.connected("p").publish("t", "x", Q0);
  world.connected("q").publish("t", "x", Q0);

  auto all = steps();
  std::ranges::sort(all);
  EXPECT_EQ(all, (std::vector<std::string>{"Matched r", "Packet p", "Published p", "Queued r",
                                           "Sent r"}));
}

TEST_P(Trace, FollowsTheReceiver) {
  trace({{"r"}, {}, {}});
  subscriber();
  world.connected("p").publish("t", "x", Q1);

  EXPECT_EQ(steps(), (std::vector<std::string>{"Packet r", "Packet r", "Matched r", "Queued r",
                                               "Sent r", "Acknowledged r"}));
}

TEST_P(Trace, FollowsAnAddress) {
  trace({{}, {}, {"192.0.2.1"}});
  world.connected("p").publish("t", "x", Q0);

  EXPECT_TRUE(has_step("Published p"));
}

TEST_P(Trace, RecordsThePacketsOfAClient) {
  trace({{"r"}, {}, {}});
  Client& client = subscriber();
  client.ping();
  client.unsubscribe("t");
  client.leave();

  std::vector<std::string> packets;
  for (const TraceRecord& record : records()) packets.push_back(record.detail);
  EXPECT_EQ(packets, (std::vector<std::string>{"CONNECT", "SUBSCRIBE", "PINGREQ", "UNSUBSCRIBE",
                                               "DISCONNECT"}));
}

TEST_P(Trace, IsBounded) {
  Client& publisher = world.connected("p");
  for (std::size_t i = 0; i < kTraceMax / 2 + 10; ++i) publisher.publish("t", "x", Q0);

  const Observations all = collect(world);
  EXPECT_EQ(all.trace.size(), kTraceMax);
  EXPECT_EQ(all.trace_lost, 20u);
}

// Why not delivered.

TEST_P(Trace, NobodySubscribed) {
  world.connected("p").publish("t", "x", Q0);
  EXPECT_TRUE(has_step("NoSubscription p"));
}

TEST_P(Trace, ThePublisherMayNot) {
  allow_only_other_topics_to("p");
  subscriber();
  world.connected("p").publish("t", "x", Q0);

  EXPECT_TRUE(has_step("PublishDenied p not_authorized"));
}

TEST_P(Trace, TheSubscriberMayNot) {
  trace({{"r"}, {}, {}});
  allow_only_other_topics_to("r");
  subscriber();

  EXPECT_TRUE(has_step("Packet r refused: Not authorized"));
}

TEST_P(Trace, ItExpired) {
  Client& client = subscriber(kPersistent);
  client.drop();
  world.connected("p").publish("t", "x", Publish{.qos = Q1, .expiry = 1});
  world.advance(seconds{2});
  client.resumes(kPersistent);

  EXPECT_TRUE(has_step("Dropped r expired"));
}

TEST_P(Trace, TheQueueWasFull) {
  trace({{"r"}, {}, {}});  // what was dropped may lie on disk, where only its Client is known
  world.settings.limits.queue_messages_max = 1;
  subscriber(kPersistent).drop();
  Client& publisher = world.connected("p");
  publisher.publish("t", "x", Q1);
  publisher.publish("t", "y", Q1);

  EXPECT_TRUE(has_step("Dropped r queue_full"));
}

TEST_P(Trace, ItIsTooLargeForTheClient) {
  subscriber({.packet_size_max = 50});
  world.connected("p").publish("t", std::string(100, 'x'), Q1);

  EXPECT_TRUE(has_step("Dropped r packet_too_large"));
}

TEST_P(Trace, TheClientWasOffline) {
  subscriber(kPersistent).drop();
  world.connected("p").publish("t", "x", Q0);

  EXPECT_TRUE(has_step("Dropped r offline"));
}

TEST_P(Trace, ItIsItsOwn) {
  subscriber({}, {.no_local = true}).publish("t", "x", Q0);

  EXPECT_TRUE(has_step("NoLocal r"));
}

TEST_P(Trace, TheGroupGaveItToAnother) {
  for (const char* id : {"a", "b"}) world.connected(id).subscribe("$share/g/t", Q0);
  world.connected("p").publish("t", "x", Q0);

  int chosen = 0;
  for (const TraceRecord& record : records()) {
    if (record.step != TraceStep::ShareChosen) continue;
    ++chosen;
    EXPECT_EQ(record.detail, "$share/g/t");
  }
  EXPECT_EQ(chosen, 1);
}

TEST_P(Trace, ThePublisherWasTooFast) {
  world.settings.rate_limits.incoming_publish_enabled = true;
  world.settings.rate_limits.incoming_publish = "1:10";
  world.restart();
  trace({{}, {"t"}, {}});
  Client& publisher = world.connected("p");
  publisher.publish("t", "x", Q0);
  publisher.publish("t", "x", Q0);

  EXPECT_TRUE(has_step("PublishDenied p rate_limited"));
}

TEST_P(Trace, TheReceiverGetsNoMoreThanItsRate) {
  world.settings.rate_limits.outgoing_publish_enabled = true;
  world.settings.rate_limits.outgoing_publish = "1:10";
  world.restart();
  trace({{}, {"t"}, {}});
  subscriber();
  Client& publisher = world.connected("p");
  publisher.publish("t", "x", Q0);
  publisher.publish("t", "x", Q0);

  EXPECT_TRUE(has_step("Dropped r rate_limited"));
}

TEST_P(Trace, TheAliasWasNeverSet) {
  trace({{"p"}, {}, {}});
  Client& publisher = world.connected("p");
  publisher.send_bytes(std::string("\x30\x07\x00\x00\x03\x23\x00\x01x", 9));

  EXPECT_TRUE(has_step("PublishDenied p Topic Alias invalid"));
}

TEST_P(Trace, TheClientIsBlocked) {
  trace({{"r"}, {}, {}});
  auth::Policy policy;
  policy.allows_anonymous = true;
  policy.block_list = *auth::BlockList::make({{.value = "r"}});
  world.set_policy(std::move(policy));
  world.client("r").connect();

  EXPECT_TRUE(has_step("Packet r refused: blocked"));
}

TEST_P(Trace, TheClientIsSlow) {
  world.settings.limits.output_high_watermark = 1000;
  world.settings.limits.output_low_watermark = 500;
  subscriber().stall();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 10; ++i) publisher.publish("t", std::string(500, 'x'), Q0);

  EXPECT_TRUE(has_step("Dropped r output_full"));
}

TEST_P(Trace, TheMemoryIsFull) {
  subscriber();
  Client& publisher = world.connected("p");
  world.fill_memory(true);
  publisher.publish("t", "x", Q0);

  EXPECT_TRUE(has_step("PublishDenied p memory_full"));
}

TEST_P(Trace, KeepsTheNameOfAMessageThatWaitsInTheStore) {
  Client& receiver = subscriber(kPersistent, {.qos = Q1});
  receiver.drop();
  world.connected("p").publish("t", "x", Q1);
  ASSERT_TRUE(receiver.resumes(kPersistent));

  const auto all = records();
  EXPECT_TRUE(std::ranges::any_of(
      all, [](const auto& record) { return record.step == TraceStep::Acknowledged; }));
  for (const TraceRecord& record : all) EXPECT_EQ(record.message, all[0].message);
}

TEST_P(Trace, KeepsTheNameOfAMessageOverARestart) {
  Client& receiver = subscriber(kPersistent, {.qos = Q1});
  receiver.drop();
  world.connected("p").publish("t", "x", Q1);
  const std::uint64_t name = records().front().message;
  world.restart();
  SetUp();

  ASSERT_TRUE(receiver.resumes(kPersistent));

  for (const TraceRecord& record : records()) EXPECT_EQ(record.message, name);
}

TEST_P(Trace, ThatBeginsLaterFindsWhatWaitsInTheStore) {
  trace({{"somebody else"}, {}, {}});
  Client& receiver = subscriber(kPersistent, {.qos = Q1});
  receiver.drop();
  world.connected("p").publish("t", "x", Q1);
  SetUp();

  ASSERT_TRUE(receiver.resumes(kPersistent));

  EXPECT_EQ(steps(), (std::vector<std::string>{"Sent r", "Acknowledged r"}));
}

}  // namespace
}  // namespace sluice::broker
