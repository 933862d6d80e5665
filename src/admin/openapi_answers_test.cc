#include "admin/testing/documented_answers.h"
#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

using testing::DocumentedAnswers;
namespace json = boost::json;

struct Ask {
  std::string method;
  std::string path;
  std::string body;
  unsigned status = 200;
};

/// Each operation of monitoring that answers with JSON, and errors of some.
const std::vector<Ask> kAsks{
    {"GET", "/livez", ""},
    {"GET", "/livez?verbose", ""},
    {"GET", "/readyz?verbose", ""},
    {"GET", "/startupz?verbose", "", 503},
    {"GET", "/actuator/health", ""},
    {"GET", "/actuator/info", ""},
    {"GET", "/metrics", ""},
    {"GET", "/actuator/prometheus", ""},
    {"POST", "/api/timeseries/total/save", R"({"ts": 5, "values": {"sessions": 3}})"},
    {"GET", "/api/timeseries/latest?entityId=total", ""},
    {"GET", "/api/timeseries/latest?entityId=meter&useStrictDataTypes=true", ""},
    {"GET", "/api/timeseries/total/values?keys=sessions&startTs=0&endTs=9", ""},
    {"DELETE", "/api/timeseries/latest?entityId=total", ""},
    {"DELETE", "/api/timeseries/total/delete?keys=sessions&deleteAllDataForKeys=true", ""},
    {"POST", "/api/stream/ticket", ""},
    {"GET", "/api/stream/recent", ""},
    {"GET", "/api/stream?topics=nonsense", "", 400},
    {"POST", "/api/topics/watch", R"({"enabled": true, "values": true})"},
    {"GET", "/api/topics/watch", ""},
    {"GET", "/api/topics?parent=plant", ""},
    {"GET", "/api/topics/search?text=a", ""},
    {"GET", "/api/topics/topic?name=plant/a", ""},
    {"GET", "/api/topics/topic?name=plant", ""},
    {"DELETE", "/api/topics", ""},
    {"GET", "/api/topics/topic?name=plant/a", "", 404},
    {"POST", "/api/trace", R"({"topicFilters": ["#"]})"},
    {"GET", "/api/trace", ""},
    {"GET", "/api/trace/1", ""},
    {"GET", "/api/trace/1/records", ""},
    {"GET", "/api/trace/1/file", ""},
    {"DELETE", "/api/trace/2", ""},
    {"GET", "/api/trace/2", "", 404},
    {"GET", "/api/explain?clientId=meter&topic=plant/a", ""},
    {"GET", "/api/explain?clientId=nobody&topic=plant/a&publisher=meter", ""},
    {"GET", "/api/drops", ""},
    {"GET", "/api/slow-subscribers", ""},
    {"POST", "/api/jobs", R"({"action": "DISCONNECT", "filter": {"textSearch": "m"}})"},
    {"GET", "/api/jobs?pageSize=10&page=0", ""},
    {"GET", "/api/client-session/queue?clientId=meter", ""},
    {"DELETE", "/api/client-session/queue?clientId=meter", ""},
    {"POST", "/api/mqtt/publish", R"({"topic": "a"})", 202},
    {"POST", "/api/mqtt/publish/bulk", R"([{"topic": "a"}])"},
    {"GET", "/api/app/config", ""},
    {"GET", "/api/app/service/info?pageSize=10&page=0", ""},
    {"GET", "/api/system/info", ""},
    {"GET", "/api/events/x/STATS?pageSize=10&page=0", ""},
};

const std::set<std::string> kTags{"Health and metrics", "Time series", "Live", "Topics",
                                  "Traces and explanations"};

class OpenApiAnswersTest : public testing::LocalAdminTest {
 protected:
  OpenApiAnswersTest() {
    harness.node.current_health.started = {{"recovery", false, "25 % read, about 6 s left"}};
    broker::SessionDetails& meter = view.add_session("meter");
    meter.subscriptions.push_back(testing::subscription_to("plant/#"));
    meter.summary.waiting_bytes = 10;
    meter.summary.waiting_messages = 1;
    meter.statistics.emplace();
    broker::QueuedMessage queued;
    queued.message.topic = "plant/a";
    queued.packet_id = 7;
    view.queues["meter"] = {.messages = 2, .in_flight = 1, .first = {queued, {}}};
    view.dropped = {{"meter", broker::DropReason::QueueFull, 5, harness.wall, "plant/a"}};
    (void)post("/api/topics/watch", R"({"enabled": true, "values": true})");
    (void)post("/api/trace", R"({"clientIds": ["meter"]})");
    (void)post("/api/trace", R"({"clientIds": ["other"]})");
    stream = get("/api/stream").stream;
    observe();
  }

  /// All that the shards may tell.
  void observe() {
    for (int kind = 0; kind <= static_cast<int>(broker::EventKind::Dropped); ++kind) {
      broker::Event event;
      event.kind = static_cast<broker::EventKind>(kind);
      event.client_id = "meter";
      view.observations.events.push_back(event);
    }
    for (int step = 0; step <= static_cast<int>(broker::TraceStep::Acknowledged); ++step) {
      broker::TraceRecord record;
      record.step = static_cast<broker::TraceStep>(step);
      record.client_id = "meter";
      record.topic = "plant/a";
      record.message = static_cast<std::uint64_t>(step % 2);
      record.at = harness.wall;
      view.observations.trace.push_back(record);
    }
    broker::TopicSample sample;
    sample.topic = "plant/a";
    sample.payload = "22";
    sample.at = harness.wall;
    view.observations.topics = {sample};
    Collector& collector = harness.api->services().monitoring.collector;
    collector.on_second();
    harness.pass(seconds{1});
    collector.on_second();
  }
  Response ask(const Ask& call) {
    RequestHead head;
    head.method = call.method;
    head.target = call.path;
    head.address = "local";
    head.is_local = true;
    head.accept = "application/json";
    return harness.ask(std::move(head), call.body);
  }
  static std::string read_all(const Response& answer) {
    if (!answer.stream) return answer.body;
    std::string body;
    for (bool is_last = false; !is_last;) {
      const BodySource::Piece piece = answer.stream->next();
      body += piece.bytes;
      is_last = piece.is_last;
    }
    return body;
  }

  std::shared_ptr<BodySource> stream;
  const DocumentedAnswers documented;
};

TEST_F(OpenApiAnswersTest, OfMonitoringAreWhatTheDocumentSays) {
  const Router router(harness.api->routes());
  std::set<std::string> asked;
  for (const Ask& call : kAsks) {
    const std::string name = call.method + " " + call.path;
    const Response answer = ask(call);
    const std::string body = read_all(answer);
    EXPECT_EQ(answer.status, call.status) << name << ": " << body;
    const auto match = router.find(call.method, call.path.substr(0, call.path.find('?')));
    ASSERT_TRUE(match) << name;
    const std::string pattern(match->route->pattern);
    asked.insert(call.method + " " + pattern);
    EXPECT_EQ(documented.check(call.method, pattern, answer, body), "") << name << ": " << body;
  }
  for (const Route& route : harness.api->routes()) {
    std::string method(route.method);
    const std::string name = method + " " + std::string(route.pattern);
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return tolower(c); });
    const YAML::Node operation =
        documented.schemas().document()["paths"][std::string(route.pattern)][method];
    if (!kTags.contains(operation["tags"][0].as<std::string>())) continue;
    EXPECT_TRUE(asked.contains(name)) << name << " is not held against the document";
  }
}

TEST_F(OpenApiAnswersTest, EventsAreWhatTheDocumentSays) {
  (void)post("/api/jobs", R"({"action": "DISCONNECT", "filter": {"textSearch": "m"}})");
  const std::map<std::string, std::string> kSchemas{
      {"counters", "SecondOfCounters"}, {"sessions", "ClientEvent"},
      {"refusals", "ClientEvent"},      {"drops", "ClientEvent"},
      {"subscriptions", "ClientEvent"}, {"jobs", "Job"},
      {"trace", "TraceRecord"}};
  std::set<std::string> seen;
  std::istringstream lines(stream->next().bytes);
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("event: ")) name = line.substr(7);
    if (!line.starts_with("data: ")) continue;
    seen.insert(name);
    ASSERT_TRUE(kSchemas.contains(name)) << name;
    const YAML::Node schemas = documented.schemas().document()["components"]["schemas"];
    EXPECT_EQ(documented.schemas().check(json::parse(line.substr(6)), schemas[kSchemas.at(name)]),
              "")
        << line;
  }
  EXPECT_EQ(seen.size(), kSchemas.size());
}

/// A plain scalar that reads as JSON is that, any other a text.
json::value to_json(const YAML::Node& node) {
  if (node.IsSequence()) {
    json::array items;
    for (const auto& item : node) items.push_back(to_json(item));
    return items;
  }
  if (node.IsMap()) {
    json::object members;
    for (const auto& member : node) members[member.first.Scalar()] = to_json(member.second);
    return members;
  }
  boost::system::error_code error;
  json::value value = json::parse(node.IsNull() ? "null" : node.Scalar(), error);
  return node.Tag() == "!" || error ? json::value(node.Scalar()) : value;
}

TEST_F(OpenApiAnswersTest, ExamplesFitTheirSchemas) {
  std::size_t examples = 0;
  for (const auto& schema : documented.schemas().document()["components"]["schemas"]) {
    if (!schema.second["example"]) continue;
    ++examples;
    EXPECT_EQ(documented.schemas().check(to_json(schema.second["example"]), schema.second), "")
        << schema.first;
  }
  EXPECT_GE(examples, 20U);
}

TEST(SchemaCheck, FindsWhatDisagrees) {
  const testing::SchemaCheck check(YAML::Load("{}"));
  const YAML::Node schema = YAML::Load(R"(
    type: object
    required: [name]
    properties:
      name: {type: string, enum: [a, b]}
      count: {type: [integer, 'null'], minimum: 0}
      more: {type: array, maxItems: 1, items: {type: object, properties: {x: {type: boolean}}}})");
  const auto wrong = [&](const char* text) { return check.check(json::parse(text), schema); };
  EXPECT_EQ(wrong(R"({"name": "a", "count": null, "more": [{"x": true}]})"), "");
  EXPECT_EQ(wrong(R"({})"), "answer.name is missing");
  EXPECT_EQ(wrong(R"({"name": "c"})"), "answer.name is no listed value");
  EXPECT_EQ(wrong(R"({"name": 1})"), "answer.name has another type");
  EXPECT_EQ(wrong(R"({"name": "a", "count": -1})"), "answer.count is out of its bounds");
  EXPECT_EQ(wrong(R"({"name": "a", "count": 1.5})"), "answer.count has another type");
  EXPECT_EQ(wrong(R"({"name": "a", "new": 1})"), "answer.new is not documented");
  EXPECT_EQ(wrong(R"({"name": "a", "more": [{"y": 1}]})"), "answer.more[].y is not documented");
  EXPECT_EQ(wrong(R"({"name": "a", "more": [{}, {}]})"), "answer.more has too many items");
  EXPECT_EQ(check.check(json::parse("1"), YAML::Load("{}")), "answer has no schema");
  EXPECT_EQ(check.check(json::parse("1"), YAML::Load("{pattern: x}")),
            "answer: nobody looks at 'pattern'");
}

}  // namespace
}  // namespace sluice::admin
