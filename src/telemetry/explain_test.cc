#include "telemetry/explain.h"

#include <gtest/gtest.h>

#include <functional>

namespace sluice::telemetry {
namespace {

using broker::DropReason;
using broker::TraceStep;

/// A connected Client with a subscription that matches, and nothing wrong.
DeliveryFacts good_facts() {
  DeliveryFacts facts;
  facts.client_id = "receiver";
  facts.topic = "a/b";
  facts.publisher = "sender";
  facts.session.emplace();
  facts.session->summary.is_connected = true;
  facts.session->receive_maximum = 10;
  broker::SubscriptionFacts subscription;
  subscription.filter = "a/#";
  subscription.maximum_qos = mqtt::Qos::AtLeastOnce;
  facts.matching = facts.session->subscriptions = {subscription};
  facts.may_subscribe = facts.may_publish = true;
  facts.queue_messages_max = 100;
  return facts;
}

void add_record(DeliveryFacts& facts, TraceStep step, const char* client, const char* reason = "") {
  broker::TraceRecord record;
  record.at = 1'800'000'000'000;
  record.message = step == TraceStep::PublishDenied ? 0 : 7;
  record.step = step;
  record.client_id = client;
  record.topic = facts.topic;
  record.reason = reason;
  record.qos = mqtt::Qos::AtLeastOnce;
  facts.trace.push_back(record);
  facts.is_traced = true;
}

void add_drop(DeliveryFacts& facts, DropReason reason) {
  facts.drops.push_back({"receiver", reason, 3, 1'800'000'000'000, facts.topic});
}

struct Row {
  const char* name;
  Cause cause;
  Certainty certainty;
  std::function<void(DeliveryFacts&)> change;
};

class Explain : public ::testing::TestWithParam<Row> {};

TEST_P(Explain, NamesTheCauseFirst) {
  DeliveryFacts facts = good_facts();
  GetParam().change(facts);
  const auto findings = explain(facts);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].cause, GetParam().cause) << findings[0].explanation;
  EXPECT_EQ(findings[0].certainty, GetParam().certainty);
  EXPECT_FALSE(findings[0].explanation.empty());
  EXPECT_FALSE(findings[0].evidence.empty());
  EXPECT_FALSE(findings[0].remedy.empty());
}

const Row kRows[] = {
    {"NoSubscription", Cause::NoSubscription, Certainty::Certain,
     [](auto& facts) { facts.matching.clear(); }},
    {"NoSession", Cause::NoSubscription, Certainty::Certain,
     [](auto& facts) {
       facts.session.reset();
       facts.matching.clear();
     }},
    {"ReceiverNotAuthorized", Cause::NotAuthorized, Certainty::Certain,
     [](auto& facts) {
       facts.may_subscribe = false;
       facts.matching.clear();
     }},
    {"PublisherNotAuthorized", Cause::NotAuthorized, Certainty::Certain,
     [](auto& facts) { facts.may_publish = false; }},
    {"PublisherNotAuthorizedByTrace", Cause::NotAuthorized, Certainty::Certain,
     [](auto& facts) {
       facts.may_publish.reset();
       add_record(facts, TraceStep::PublishDenied, "sender", "not_authorized");
     }},
    {"Expired", Cause::Expired, Certainty::Likely,
     [](auto& facts) { add_drop(facts, DropReason::Expired); }},
    {"ExpiredByTrace", Cause::Expired, Certainty::Certain,
     [](auto& facts) {
       add_record(facts, TraceStep::Published, "sender");
       add_record(facts, TraceStep::Queued, "receiver");
       add_record(facts, TraceStep::Dropped, "receiver", "expired");
     }},
    {"QueueFull", Cause::QueueFull, Certainty::Likely,
     [](auto& facts) { add_drop(facts, DropReason::QueueFull); }},
    {"QueueFullByState", Cause::QueueFull, Certainty::Likely,
     [](auto& facts) { facts.session->summary.waiting_messages = 100; }},
    {"TooLarge", Cause::PacketTooLarge, Certainty::Likely,
     [](auto& facts) { add_drop(facts, DropReason::PacketTooLarge); }},
    {"OfflineQos0", Cause::OfflineQos0, Certainty::Likely,
     [](auto& facts) {
       facts.session->summary.is_connected = false;
       add_drop(facts, DropReason::Offline);
     }},
    {"OfflineQos0BySubscription", Cause::OfflineQos0, Certainty::Likely,
     [](auto& facts) {
       facts.session->summary.is_connected = false;
       facts.matching[0].maximum_qos = mqtt::Qos::AtMostOnce;
     }},
    {"NoLocal", Cause::NoLocal, Certainty::Certain,
     [](auto& facts) {
       facts.publisher = facts.client_id;
       facts.matching[0].no_local = true;
     }},
    {"ShareMoved", Cause::ShareMoved, Certainty::Likely,
     [](auto& facts) {
       facts.matching[0].share_name = "workers";
       facts.group_members = {"other"};
     }},
    {"ShareMovedByTrace", Cause::ShareMoved, Certainty::Certain,
     [](auto& facts) {
       facts.matching[0].share_name = "workers";
       add_record(facts, TraceStep::Published, "sender");
       add_record(facts, TraceStep::ShareChosen, "other");
       add_record(facts, TraceStep::Acknowledged, "other");
     }},
    {"RateLimitedByTrace", Cause::RateLimited, Certainty::Certain,
     [](auto& facts) { add_record(facts, TraceStep::PublishDenied, "sender", "rate_limited"); }},
    {"RateLimited", Cause::RateLimited, Certainty::Likely,
     [](auto& facts) { add_drop(facts, DropReason::RateLimited); }},
    {"AliasByTrace", Cause::TopicAlias, Certainty::Certain,
     [](auto& facts) {
       add_record(facts, TraceStep::PublishDenied, "sender", "Topic Alias invalid");
     }},
    {"Alias", Cause::TopicAlias, Certainty::Likely,
     [](auto& facts) {
       broker::Event event{};
       event.kind = broker::EventKind::Disconnected;
       event.code = mqtt::ReasonCode::TopicAliasInvalid;
       facts.publisher_events = {event};
     }},
    {"Blocked", Cause::Blocked, Certainty::Certain,
     [](auto& facts) {
       facts.block = "CLIENT_ID receiver";
       facts.session.reset();
       facts.matching.clear();
     }},
    {"Slow", Cause::Slow, Certainty::Likely,
     [](auto& facts) {
       facts.session->is_stalled = true;
       facts.session->unsent_bytes = 1'000'000;
     }},
    {"SlowByTrace", Cause::Slow, Certainty::Certain,
     [](auto& facts) {
       add_record(facts, TraceStep::Published, "sender");
       add_record(facts, TraceStep::Queued, "receiver");
     }},
    {"Delivered", Cause::Delivered, Certainty::Certain,
     [](auto& facts) {
       add_record(facts, TraceStep::Published, "sender");
       add_record(facts, TraceStep::Queued, "receiver");
       add_record(facts, TraceStep::Acknowledged, "receiver");
       add_drop(facts, DropReason::QueueFull);
     }},
    {"NotPublished", Cause::NotPublished, Certainty::Likely,
     [](auto& facts) { facts.is_traced = true; }},
};

INSTANTIATE_TEST_SUITE_P(Causes, Explain, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Explanations, FindNothingWhereNothingIsWrong) {
  EXPECT_TRUE(explain(good_facts()).empty());
}

TEST(Explanations, AreOfTheMessageThatIsNamed) {
  DeliveryFacts facts = good_facts();
  add_record(facts, TraceStep::Published, "sender");
  add_record(facts, TraceStep::Dropped, "receiver", "expired");
  for (auto& record : facts.trace) record.message = 6;
  add_record(facts, TraceStep::Published, "sender");
  add_record(facts, TraceStep::Acknowledged, "receiver");

  EXPECT_EQ(explain(facts)[0].cause, Cause::Delivered) << "the last one";
  facts.message = 6;
  EXPECT_EQ(explain(facts)[0].cause, Cause::Expired);
}

TEST(Explanations, TellDropsOfOtherTopicsAsPossible) {
  DeliveryFacts facts = good_facts();
  add_drop(facts, DropReason::Expired);
  facts.drops[0].last_topic = "other";
  EXPECT_EQ(explain(facts)[0].certainty, Certainty::Possible);
}

}  // namespace
}  // namespace sluice::telemetry
