#include <gtest/gtest.h>

#include "admin/testing/harness.h"
#include "telemetry/metric.h"

namespace sluice::admin {
namespace {

using testing::Harness;
namespace json = boost::json;

constexpr std::int64_t kMinute = 60'000;

broker::SubscriptionFacts subscription_to(const std::string& filter) {
  broker::SubscriptionFacts subscription;
  subscription.filter = filter;
  return subscription;
}

class MonitoringTest : public ::testing::Test {
 protected:
  Response ask(const std::string& method, const std::string& target, const std::string& body = "") {
    return harness.ask_locally(method, target, body);
  }
  json::value get(const std::string& target) {
    const Response response = ask("GET", target);
    EXPECT_EQ(response.status, 200U) << target << ": " << response.body;
    return json::parse(response.body);
  }
  Collector& collector() { return harness.api->services().monitoring.collector; }
  void pass_second() {
    harness.pass(milliseconds{1000});
    collector().on_second();
  }
  /// A stranger without a token.
  Response ask_openly(const std::string& target, const std::string& accept = "") {
    RequestHead head;
    head.method = "GET";
    head.target = target;
    head.accept = accept;
    return harness.ask(std::move(head));
  }
  static std::string read(const Response& response) { return response.stream->next().bytes; }

  Harness harness;
};

// Health and metrics.

TEST_F(MonitoringTest, ProbesAnswerWithoutATokenHoweverOften) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(ask_openly("/livez").status, 200U);
  }
  for (const char* path : {"/readyz", "/startupz", "/actuator/health", "/actuator/info", "/metrics",
                           "/actuator/prometheus"}) {
    EXPECT_EQ(ask_openly(path).status, 200U) << path;
  }
}

TEST_F(MonitoringTest, ReadinessFailsWithOneCheck) {
  harness.node.current_health.ready.push_back({"draining", false, "until 12:00"});
  const Response ready = ask_openly("/readyz");
  EXPECT_EQ(ready.status, 503U);
  EXPECT_EQ(ready.body, "failed\n");
  EXPECT_EQ(ask_openly("/livez").status, 200U);
  EXPECT_EQ(ask_openly("/actuator/health").status, 503U);
}

TEST_F(MonitoringTest, ChecksAreListedAndTheirDetailsOnThisMachineOnly) {
  harness.node.current_health.ready = {{"listeners", true, ""}, {"store", false, "disk full"}};
  EXPECT_EQ(ask_openly("/readyz?verbose").body, "[+]listeners ok\n[-]store failed\nfailed\n");
  EXPECT_EQ(ask("GET", "/readyz?verbose").body,
            "[+]listeners ok\n[-]store failed: disk full\nfailed\n");
  const auto value = json::parse(ask_openly("/readyz?verbose", "application/json").body);
  EXPECT_EQ(value.at("status"), "failed");
  EXPECT_EQ(value.at("checks").at(1).at("passes"), false);
  EXPECT_EQ(value.at("checks").at(1).as_object().if_contains("detail"), nullptr);
}

TEST_F(MonitoringTest, TellsAnybodyHowFarTheStartIs) {
  EXPECT_EQ(ask_openly("/startupz").body, "ok\n");
  harness.node.current_health.started = {{"recovery", false, "25 % read, about 6 s left"}};
  const Response starting = ask_openly("/startupz");
  EXPECT_EQ(starting.status, 503U);
  EXPECT_EQ(starting.body, "[-]recovery failed: 25 % read, about 6 s left\nfailed\n");
}

TEST_F(MonitoringTest, MetricsKeepPrometheusRules) {
  harness.view.counted.messages_received = {4, 5, 6};
  harness.view.totals.devices.connected = 1;
  const Response response = ask_openly("/metrics");
  EXPECT_EQ(telemetry::check_metrics(response.body), std::vector<std::string>());
  EXPECT_NE(response.body.find("sluice_messages_received_total{qos=\"1\"} 5\n"), std::string::npos);
  EXPECT_NE(response.body.find("sluice_sessions{state=\"connected\",type=\"device\"} 1\n"),
            std::string::npos);
  EXPECT_TRUE(response.content_type.starts_with("text/plain; version=0.0.4"));
}

TEST(MetricsRoute, NeedsATokenWhereItIsNotPublic) {
  config::AdminSettings settings;
  settings.metrics_public = false;
  Harness harness(settings);
  EXPECT_EQ(harness.ask("GET", "/metrics", "").status, 401U);
  EXPECT_EQ(harness.ask_locally("GET", "/metrics").status, 200U);
}

// History.

TEST_F(MonitoringTest, WritesWhatWasCountedEachMinute) {
  harness.wall = 1'800'000'000'000 / kMinute * kMinute;
  const std::int64_t start = harness.wall;
  collector().on_second();
  harness.view.counted.messages_received = {10, 0, 0};
  harness.view.counted.drop(broker::DropReason::Expired, 2);
  harness.view.counted.sessions = 3;
  harness.pass(milliseconds{kMinute});
  collector().on_second();
  harness.view.counted.messages_received = {10, 5, 0};
  harness.pass(milliseconds{kMinute});
  collector().on_second();

  const auto all =
      get("/api/timeseries/total/values?keys=incomingMsgs,droppedMsgs,sessions"
          "&startTs=" +
          std::to_string(start) + "&endTs=" + std::to_string(harness.wall + 1) +
          "&useStrictDataTypes=true");
  EXPECT_EQ(all.at("incomingMsgs"),
            (json::array{json::object{{"ts", start + 2 * kMinute}, {"value", 5}},
                         json::object{{"ts", start + kMinute}, {"value", 10}}}));
  EXPECT_EQ(all.at("droppedMsgs").at(1).at("value"), 2);
  EXPECT_EQ(all.at("sessions").at(0).at("value"), 3);
  const auto latest = get("/api/timeseries/latest?entityId=node-1");
  EXPECT_EQ(latest.at("incomingMsgs").at(0).at("value"), 5);
}

TEST_F(MonitoringTest, WritesAtTheStopWhatIsNotWrittenYet) {
  collector().on_second();
  harness.view.counted.messages_received = {1, 2, 3};
  pass_second();
  collector().finish();
  const auto latest = get("/api/timeseries/latest?entityId=total&keys=incomingMsgs");
  EXPECT_EQ(latest.at("incomingMsgs").at(0).at("value"), 6);
}

TEST_F(MonitoringTest, AnswersAggregatedQueries) {
  const char* const points = R"([{"ts": 1000, "values": {"mine": 1}},
                                 {"ts": 2000, "values": {"mine": 2}},
                                 {"ts": 3000, "values": {"mine": 6}}])";
  ASSERT_EQ(ask("POST", "/api/timeseries/meter/save", points).status, 200U);
  const std::string query = "/api/timeseries/meter/values?keys=mine&startTs=1000&endTs=5000";
  EXPECT_EQ(get(query + "&agg=SUM&interval=2000&useStrictDataTypes=true").at("mine"),
            (json::array{json::object{{"ts", 2000}, {"value", 3}},
                         json::object{{"ts", 4000}, {"value", 6}}}));
  EXPECT_EQ(get(query + "&agg=AVG").at("mine").at(0).at("value"), "3");
  EXPECT_EQ(get(query + "&orderBy=ASC&limit=1").at("mine").at(0).at("ts"), 1000);
  EXPECT_EQ(ask("GET", query + "&agg=MEDIAN").status, 400U);
  EXPECT_EQ(ask("GET",
                "/api/timeseries/meter/values?keys=mine&startTs=0&endTs=701000"
                "&agg=SUM&interval=1000")
                .status,
            400U);
}

TEST_F(MonitoringTest, SavesAndDeletesSeries) {
  ASSERT_EQ(ask("POST", "/api/timeseries/meter/save", R"({"mine": 7, "other": 8})").status, 200U);
  EXPECT_EQ(ask("POST", "/api/timeseries/meter/save", R"({"mine": "x"})").status, 400U);
  EXPECT_EQ(get("/api/timeseries/latest?entityId=meter").as_object().size(), 2U);
  EXPECT_EQ(ask("DELETE", "/api/timeseries/latest?entityId=meter&keys=mine").status, 200U);
  EXPECT_EQ(get("/api/timeseries/latest?entityId=meter").as_object().size(), 1U);
  EXPECT_EQ(
      ask("DELETE", "/api/timeseries/meter/delete?keys=other&deleteAllDataForKeys=true").status,
      200U);
  EXPECT_TRUE(get("/api/timeseries/latest?entityId=meter").as_object().empty());
}

TEST_F(MonitoringTest, TellsWhatAClientHasExchanged) {
  auto& statistics = harness.view.add_session("meter-1").statistics.emplace();
  statistics.received[1] = 4;
  statistics.sent[0] = 9;
  const auto latest = get("/api/timeseries/latest?entityId=meter-1");
  EXPECT_EQ(latest.at("receivedPubMsgs").at(0).at("value"), 4);
  EXPECT_EQ(latest.at("qos0SentPubMsgs").at(0).at("value"), 9);
}

// Live events.

TEST_F(MonitoringTest, TellsCountersEachSecond) {
  const Response stream = ask("GET", "/api/stream?topics=counters");
  ASSERT_TRUE(stream.stream);
  EXPECT_EQ(stream.content_type, "text/event-stream");
  collector().on_second();
  (void)read(stream);
  harness.view.counted.messages_received = {20, 0, 0};
  pass_second();
  const std::string text = read(stream);
  EXPECT_NE(text.find("event: counters\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\"incomingMsgsRate\":2E1"), std::string::npos) << text;
  EXPECT_EQ(get("/api/stream/recent").as_array().size(), 1U);
}

TEST_F(MonitoringTest, WatchesWhatSomebodyFollowsAndTellsIt) {
  pass_second();
  EXPECT_EQ(harness.view.watched, nullptr);
  const Response stream = ask("GET", "/api/stream?topics=sessions,refusals");
  pass_second();
  ASSERT_TRUE(harness.view.watched);
  EXPECT_TRUE(harness.view.watched->events);
  EXPECT_FALSE(harness.view.watched->topics);

  broker::Event event{};
  event.kind = broker::EventKind::Refused;
  event.client_id = "meter-1";
  event.reason = "not_authorized";
  harness.view.observations.events = {event};
  event.kind = broker::EventKind::Subscribed;
  harness.view.observations.events.push_back(event);
  pass_second();

  const std::string text = read(stream);
  EXPECT_NE(text.find("event: refusals\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\"clientId\":\"meter-1\""), std::string::npos);
  EXPECT_EQ(text.find("event: subscriptions"), std::string::npos);
}

TEST_F(MonitoringTest, EndsToWatchAfterTheLastHasLeft) {
  { const Response stream = ask("GET", "/api/stream?topics=drops"); }
  pass_second();
  EXPECT_TRUE(harness.view.watched->events);
  harness.pass(milliseconds{61'000});
  collector().on_second();
  EXPECT_FALSE(harness.view.watched->events);
}

TEST_F(MonitoringTest, ATicketStandsForATokenOnce) {
  harness.add_user("viewer@example.com", "VIEWER");
  const std::string token = harness.token_of("viewer@example.com");
  const auto ticket = [&] {
    return Harness::text(harness.ask("POST", "/api/stream/ticket", token), "ticket");
  };
  const std::string first = ticket();
  EXPECT_TRUE(ask_openly("/api/stream?ticket=" + first).stream);
  EXPECT_EQ(ask_openly("/api/stream?ticket=" + first).status, 401U);
  const std::string late = ticket();
  harness.pass(milliseconds{31'000});
  EXPECT_EQ(ask_openly("/api/stream?ticket=" + late).status, 401U);
  EXPECT_EQ(ask_openly("/api/drops?ticket=" + ticket()).status, 401U) << "for streams only";
}

TEST_F(MonitoringTest, EndsTheStreamsOfAUserWhoIsRemovedDisabledOrMayLess) {
  const auto change = [&](const char* email, const json::object& members) {
    const auto user = *harness.store->users().find_by_email(email);
    json::object body{{"id", user->id}, {"email", email}, {"authority", "OPERATOR"}};
    for (const auto& [name, value] : members) body[name] = value;
    const Response done = ask("POST", "/api/admin", json::serialize(body));
    EXPECT_EQ(done.status, 200U) << done.body;
  };
  const auto stream_of = [&](const char* email) {
    harness.add_user(email, "OPERATOR");
    return harness.ask("GET", "/api/stream", harness.token_of(email)).stream;
  };
  const auto removed = stream_of("removed@example.com");
  const auto disabled = stream_of("disabled@example.com");
  const auto demoted = stream_of("demoted@example.com");
  const auto promoted = stream_of("promoted@example.com");
  const std::string id = (*harness.store->users().find_by_email("removed@example.com"))->id;

  EXPECT_EQ(ask("DELETE", "/api/admin/" + id).status, 200U);
  change("disabled@example.com", {{"enabled", false}});
  change("demoted@example.com", {{"authority", "VIEWER"}});
  change("promoted@example.com", {{"authority", "SYS_ADMIN"}});

  EXPECT_TRUE(removed->next().is_last);
  EXPECT_TRUE(disabled->next().is_last);
  EXPECT_TRUE(demoted->next().is_last);
  EXPECT_FALSE(promoted->next().is_last);
}

TEST_F(MonitoringTest, EndsTheStreamOfAKeyThatIsGone) {
  const Response made = ask("POST", "/api/apiKey", R"({"name": "n", "role": "VIEWER"})");
  ASSERT_EQ(made.status, 200U) << made.body;
  RequestHead head;
  head.method = "GET";
  head.target = "/api/stream";
  head.api_key = Harness::text(made, "secret");
  const auto stream = harness.ask(std::move(head)).stream;
  ASSERT_TRUE(stream);

  EXPECT_EQ(ask("DELETE", "/api/apiKey/" + Harness::text(made, "id")).status, 200U);

  EXPECT_TRUE(stream->next().is_last);
}

TEST_F(MonitoringTest, ATicketOfAUserWhoIsGoneIsNotValid) {
  harness.add_user("viewer@example.com", "VIEWER");
  const std::string token = harness.token_of("viewer@example.com");
  const std::string ticket =
      Harness::text(harness.ask("POST", "/api/stream/ticket", token), "ticket");
  const std::string id = (*harness.store->users().find_by_email("viewer@example.com"))->id;

  EXPECT_EQ(ask("DELETE", "/api/admin/" + id).status, 200U);

  EXPECT_EQ(ask_openly("/api/stream?ticket=" + ticket).status, 401U);
}

TEST_F(MonitoringTest, BoundsStreamsAndNamesUnknownChannels) {
  EXPECT_EQ(ask("GET", "/api/stream?topics=nonsense").status, 400U);
  std::vector<Response> streams;
  for (std::uint32_t i = 0; i < harness.settings.streams_max; ++i) {
    streams.push_back(ask("GET", "/api/stream"));
    ASSERT_TRUE(streams.back().stream);
  }
  EXPECT_EQ(ask("GET", "/api/stream").status, 429U);
}

// Topics.

broker::TopicSample sample(const std::string& topic, const std::string& payload) {
  broker::TopicSample sample;
  sample.topic = topic;
  sample.payload = payload;
  sample.payload_bytes = payload.size();
  sample.at = 1'800'000'000'000;
  return sample;
}

TEST_F(MonitoringTest, ShowsTheTopicsThatAreSeenWhileWatched) {
  EXPECT_EQ(ask("POST", "/api/topics/watch", R"({"enabled": true, "values": true})").status, 200U);
  ASSERT_TRUE(harness.view.watched);
  EXPECT_TRUE(harness.view.watched->topics);
  EXPECT_TRUE(harness.view.watched->payloads);
  harness.view.observations.topics = {sample("plant/a", "21"), sample("plant/b", "22")};
  auto& session = harness.view.add_session("reader");
  session.subscriptions.push_back(subscription_to("plant/+"));
  harness.view.retained["plant/b"] = {};
  pass_second();

  const auto first = get("/api/topics");
  EXPECT_EQ(first.at("data").at(0).at("topic"), "plant");
  EXPECT_EQ(first.at("data").at(0).at("children"), 2);
  const auto below = get("/api/topics?parent=plant&pageSize=1&page=1");
  EXPECT_EQ(below.at("totalElements"), 2);
  EXPECT_EQ(below.at("data").at(0).at("topic"), "plant/b");
  EXPECT_EQ(below.at("data").at(0).at("payload"), "22");
  EXPECT_EQ(below.at("data").at(0).at("subscribers"), 1);
  EXPECT_EQ(below.at("data").at(0).at("retained"), true);
  EXPECT_EQ(get("/api/topics/search?text=T/A").at("totalElements"), 1);
  EXPECT_EQ(get("/api/topics/topic?name=plant/a").at("messages"), 1);
  EXPECT_EQ(ask("GET", "/api/topics/topic?name=x").status, 404U);

  EXPECT_EQ(ask("DELETE", "/api/topics").status, 200U);
  EXPECT_EQ(get("/api/topics").at("totalElements"), 0);
  EXPECT_EQ(ask("POST", "/api/topics/watch", R"({"enabled": false})").status, 200U);
  EXPECT_FALSE(harness.view.watched->topics);
}

// Trace and explain.

broker::TraceRecord record(broker::TraceStep step, const std::string& client,
                           const std::string& topic, std::uint64_t message = 9) {
  broker::TraceRecord record;
  record.at = 1'800'000'000'500;
  record.message = message;
  record.step = step;
  record.client_id = client;
  record.topic = topic;
  return record;
}

TEST_F(MonitoringTest, TracesUntilItsTimeIsOver) {
  const Response made =
      ask("POST", "/api/trace", R"({"clientIds": ["c"], "topicFilters": ["a/#"], "seconds": 10})");
  ASSERT_EQ(made.status, 200U) << made.body;
  const std::string path = "/api/trace/" + Harness::text(made, "id");
  EXPECT_EQ(harness.view.watched->trace.client_ids, std::vector<std::string>{"c"});
  EXPECT_EQ(harness.view.watched->trace.filters, std::vector<std::string>{"a/#"});
  const Response stream = ask("GET", "/api/stream?topics=trace");
  harness.view.observations.trace = {record(broker::TraceStep::Published, "p", "a/b"),
                                     record(broker::TraceStep::Sent, "x", "a/b"),
                                     record(broker::TraceStep::Sent, "x", "other", 10)};
  pass_second();

  const auto page = get(path + "/records?pageSize=1&page=1");
  EXPECT_EQ(page.at("totalElements"), 2) << "those of others are not shown";
  EXPECT_EQ(page.at("data").at(0).at("step"), "SENT");
  const Response file = ask("GET", path + "/file");
  const std::string lines = read(file);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_NE(read(stream).find("\"traceId\":"), std::string::npos);
  harness.pass(milliseconds{10'000});
  collector().on_second();
  EXPECT_TRUE(harness.view.watched->trace.empty());
  EXPECT_EQ(get(path).at("active"), false);
  EXPECT_EQ(ask("DELETE", path).status, 200U);
  EXPECT_EQ(ask("GET", path).status, 404U);
}

TEST_F(MonitoringTest, RefusesTracesOfNothing) {
  EXPECT_EQ(ask("POST", "/api/trace", "{}").status, 400U);
  EXPECT_EQ(ask("POST", "/api/trace", R"({"topicFilters": ["a/#/b"]})").status, 400U);
  EXPECT_EQ(ask("POST", "/api/trace", R"({"clientIds": ["c"], "seconds": 3601})").status, 400U);
  for (std::size_t i = 0; i < Traces::kTracesMax; ++i) {
    ASSERT_EQ(ask("POST", "/api/trace", R"({"clientIds": ["c"]})").status, 200U);
  }
  EXPECT_EQ(ask("POST", "/api/trace", R"({"clientIds": ["c"]})").status, 429U);
}

TEST_F(MonitoringTest, ExplainsWhyNothingCame) {
  harness.view.add_session("reader").subscriptions.push_back(subscription_to("other/#"));
  const auto answer = get("/api/explain?clientId=reader&topic=plant/a");
  EXPECT_EQ(answer.at("causes").at(0).at("cause"), "NO_SUBSCRIPTION");
  EXPECT_EQ(answer.at("causes").at(0).at("certainty"), "CERTAIN");
  EXPECT_EQ(answer.at("traced"), false);
  EXPECT_EQ(ask("GET", "/api/explain?clientId=reader").status, 400U);
}

TEST_F(MonitoringTest, ExplainsABlockByTheList) {
  ASSERT_EQ(
      ask("POST", "/api/blockedClient", R"({"type": "CLIENT_ID", "clientId": "reader"})").status,
      200U);
  const auto answer = get("/api/explain?clientId=reader&topic=plant/a");
  EXPECT_EQ(answer.at("causes").at(0).at("cause"), "BLOCKED");
}

TEST_F(MonitoringTest, ExplainsByTheRulesOfThePublisher) {
  const Response made =
      ask("POST", "/api/mqtt/client/credentials",
          R"({"name": "n", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
          "credentialsValue": )"
          R"("{\"userName\": \"u\", \"authRules\": )"
          R"({\"pubAuthRulePatterns\": [\"mine/.*\"], \"subAuthRulePatterns\": [\".*\"]}}"})");
  ASSERT_EQ(made.status, 200U) << made.body;
  harness.view.add_session("sender").credentials_id = Harness::text(made, "id");
  harness.view.add_session("reader").subscriptions.push_back(subscription_to("plant/#"));
  const auto answer = get("/api/explain?clientId=reader&topic=plant/a&publisher=sender");
  EXPECT_EQ(answer.at("causes").at(0).at("cause"), "NOT_AUTHORIZED");
}

TEST_F(MonitoringTest, ListsDropsAndWhoIsSlow) {
  harness.view.dropped = {{"c", broker::DropReason::QueueFull, 5, 1'800'000'000'000, "a/b"}};
  EXPECT_EQ(get("/api/drops").at(0).at("reason"), "queue_full");
  EXPECT_EQ(get("/api/drops?clientId=x").as_array().size(), 0U);
  harness.view.add_session("fast");
  auto& slow = harness.view.add_session("slow");
  slow.summary.waiting_bytes = 1000;
  slow.summary.waiting_messages = 10;
  EXPECT_EQ(get("/api/slow-subscribers").as_array().size(), 1U);
  slow.summary.waiting_bytes = 3000;
  pass_second();
  const auto ranking = get("/api/slow-subscribers?limit=10");
  EXPECT_EQ(ranking.at(0).at("clientId"), "slow");
  EXPECT_EQ(ranking.at(0).at("waitingBytesRate").to_number<double>(), 2000);
}

}  // namespace
}  // namespace sluice::admin
