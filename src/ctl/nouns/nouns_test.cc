#include "ctl/testing/fake_broker.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;
using Requests = std::vector<std::string>;

TEST(CtlSessions, ListTakesFiltersOfTheApi) {
  FakeBroker broker;
  broker.has_list("/api/v2/client-session", R"([{"clientId": "a"}])");

  const auto result = broker.run({"sessions", "list", "--filter", "state=connected", "--filter",
                                  "subscriptions=>=3", "--filter", "clean-start=no"});

  EXPECT_EQ(result.value, json::parse(R"([{"clientId": "a"}])"));
  EXPECT_EQ(broker.last_request(),
            "GET /api/v2/client-session?connectedStatusList=CONNECTED&subscriptions=3"
            "&subscriptionOperation=GREATER_OR_EQUAL&cleanStartList=false&pageSize=100&page=0");
  EXPECT_EQ(broker.run({"sessions", "list", "--filter", "subscriptions=many"}).exit_code,
            kExitUsage);
}

TEST(CtlSessions, DisconnectHitsTheSessionThatItSaw) {
  FakeBroker broker;
  broker.answers("GET /api/client-session", R"({"clientId": "a b", "sessionId": "s-1"})");
  broker.answers("DELETE /api/client-session/disconnect", "");

  EXPECT_EQ(broker.run({"sessions", "disconnect", "a b", "--yes"}).exit_code, 0);
  EXPECT_EQ(broker.last_request(),
            "DELETE /api/client-session/disconnect?clientId=a%20b&sessionId=s-1");
}

TEST(CtlSessions, AClientThatIsNotThereIsNotFound) {
  FakeBroker broker;

  EXPECT_EQ(broker.run({"sessions", "show", "x"}).exit_code, kExitNotFound);
}

TEST(CtlSessions, ManyAreAJobThatIsWaitedFor) {
  FakeBroker broker;
  broker.answers("POST /api/jobs", R"({"id": "6", "state": "DONE", "total": 2})");
  broker.answers("DELETE /api/jobs/6", "");
  broker.answers("POST /api/jobs", R"({"id": "7", "state": "RUNNING"})");
  broker.answers("GET /api/jobs/7", R"({"id": "7", "state": "RUNNING", "total": 2, "done": 1})");
  broker.answers("GET /api/jobs/7",
                 R"({"id": "7", "state": "DONE", "total": 2, "done": 2, "failed": 0})");

  const auto result = broker.run({"sessions", "disconnect", "--all-matching", "--filter",
                                  "state=connected", "--search", "pump", "--yes"});

  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(
      broker.requests()[2],
      R"(POST /api/jobs {"action":"DISCONNECT","filter":{"connectedStatusList":["CONNECTED"],)"
      R"("textSearch":"pump"},"dryRun":false})");
  EXPECT_EQ(broker.requests().size(), 5U);
}

TEST(CtlSessions, NothingIsDoneToAllByAccident) {
  FakeBroker broker;
  broker.answers("POST /api/jobs", R"({"id": "6", "state": "DONE", "total": 2})");

  EXPECT_EQ(broker.run({"sessions", "remove"}).exit_code, kExitUsage);
  EXPECT_EQ(broker.run({"sessions", "remove", "a", "--all-matching"}).exit_code, kExitUsage);
  EXPECT_EQ(broker.requests(), Requests{});
  EXPECT_EQ(broker.run({"sessions", "remove", "--all-matching", "--dry-run"}).exit_code, 0);
  EXPECT_EQ(broker.requests().size(), 2U);  // counts, and takes that job away
}

TEST(CtlJobs, AJobThatDidNotDoAllIsAFailure) {
  FakeBroker broker;
  broker.answers("GET /api/jobs/7", R"({"state": "DONE", "total": 2, "done": 1, "failed": 1})");
  broker.answers("GET /api/jobs/8", R"({"state": "CANCELLED", "total": 2, "done": 1})");

  EXPECT_EQ(broker.run({"jobs", "watch", "7"}).exit_code, kExitRefused);
  EXPECT_EQ(broker.run({"jobs", "watch", "8"}).exit_code, kExitRefused);
}

TEST(CtlSubscriptions, AddKeepsTheOthersAndReplacesTheSame) {
  FakeBroker broker;
  broker.answers("GET /api/client-session",
                 R"({"subscriptions": [{"topicFilter": "a"}, {"topicFilter": "b"}]})");
  broker.answers("POST /api/subscription", "");

  broker.run({"subscriptions", "add", "c", "b", "--qos", "1", "--no-local"});

  EXPECT_EQ(broker.last_request(),
            R"(POST /api/subscription {"clientId":"c","subscriptions":[{"topicFilter":"a"},)"
            R"({"topicFilter":"b","qos":"AT_LEAST_ONCE","options":)"
            R"({"noLocal":true,"retainAsPublish":false}}]})");
}

TEST(CtlSubscriptions, RemoveOfWhatIsNotThereChangesNothing) {
  FakeBroker broker;
  broker.answers("GET /api/client-session", R"({"subscriptions": [{"topicFilter": "a"}]})");

  EXPECT_EQ(broker.run({"subscriptions", "remove", "c", "a", "x"}).exit_code, kExitNotFound);
  EXPECT_EQ(broker.requests().size(), 1U);
}

TEST(CtlRetained, DeleteByFilterIsAJob) {
  FakeBroker broker;
  broker.answers("POST /api/jobs", R"({"id": "6", "state": "DONE", "total": 0})");

  const auto result = broker.run({"retained", "delete", "--matching", "old/#", "--yes"});

  EXPECT_EQ(result.note, "Nothing matches.");
  EXPECT_EQ(broker.requests().front(),
            R"(POST /api/jobs {"action":"DELETE_RETAINED","filter":{"topicFilter":"old/#"},)"
            R"("dryRun":true})");
}

TEST(CtlPublish, SendsAnyBytesAndSaysThatNobodyListens) {
  FakeBroker broker;
  broker.answers("POST /api/mqtt/publish", R"({"hasSubscribers": false})", 202);

  const auto result = broker.run({"publish", "a/b", "\xff", "--qos", "1", "--property", "k=v"});

  EXPECT_EQ(result.note, "Nobody has subscribed to it.");
  EXPECT_EQ(broker.last_request(),
            R"(POST /api/mqtt/publish {"topic":"a/b","payload":"/w==","payloadEncoding":"base64",)"
            R"("qos":1,"retain":false,"userProperties":{"props":[{"key":"k","value":"v"}]}})");
}

TEST(CtlStats, HistoryHasALineForEachTime) {
  FakeBroker broker;
  broker.answers("GET /api/timeseries/total/values",
                 R"({"in": [{"ts": 2, "value": 20}, {"ts": 1, "value": 10}],)"
                 R"( "out": [{"ts": 2, "value": 5}]})");

  const auto result = broker.run({"stats", "history", "in", "out", "--since", "1970-01-02",
                                  "--until", "1970-01-03", "--interval", "60"});

  EXPECT_EQ(result.value, json::parse(R"([{"ts": 1, "in": 10}, {"ts": 2, "in": 20, "out": 5}])"));
  EXPECT_EQ(broker.last_request(),
            "GET /api/timeseries/total/values?keys=in%2Cout&startTs=86400000&endTs=172800000"
            "&interval=60000&agg=AVG&limit=700&useStrictDataTypes=true");
}

TEST(CtlExplain, SaysCauseEvidenceAndRemedy) {
  FakeBroker broker;
  broker.answers(
      "GET /api/explain",
      R"({"hint": "", "causes": [{"cause": "QUEUE_FULL", "certainty": "CERTAIN",)"
      R"( "explanation": "It is full.", "evidence": ["9 dropped"], "remedy": "Read."}]})");

  const auto result = broker.run({"explain", "c", "a/b", "--publisher", "p"});

  EXPECT_EQ(result.text,
            "CERTAIN  QUEUE_FULL: It is full.\n  because: 9 dropped\n  remedy: Read.\n");
  EXPECT_EQ(broker.last_request(), "GET /api/explain?clientId=c&topic=a%2Fb&publisher=p");
}

TEST(CtlConfig, ShowsOnlyWhatHasNotItsDefault) {
  FakeBroker broker;
  broker.answers("GET /api/configuration",
                 R"([{"key": "a", "origin": "default"}, {"key": "b", "origin": "x.yml:1:1"}])");

  EXPECT_EQ(broker.run({"config", "show", "--changed"}).value,
            json::parse(R"([{"key": "b", "origin": "x.yml:1:1"}])"));
}

TEST(CtlHealth, NotReadyIsAnExitCodeOfItsOwn) {
  FakeBroker broker;
  broker.answers("GET /readyz",
                 R"({"status": "failed", "checks": [)"
                 R"({"name": "store", "passes": false, "detail": "full"}]})",
                 503);
  broker.answers("GET /livez", R"({"status": "ok", "checks": []})");
  broker.answers("GET /startupz", "<html>");

  const auto result = broker.run({"health"});

  EXPECT_EQ(result.exit_code, kExitNotReady);
  EXPECT_EQ(result.text, "failed  store  full\nfailed\n");
  EXPECT_EQ(broker.run({"health", "--live"}).exit_code, 0);
  EXPECT_EQ(broker.run({"health", "--startup"}).exit_code, kExitRefused);
}

TEST(CtlEvents, AreLinesUntilEnoughCame) {
  FakeBroker broker;
  broker.answers(
      "GET /api/stream",
      "event: sessions\ndata: {\"time\":1000,\"clientId\":\"a\\u001b\",\"reason\":\"\"}\n\n"
      "event: jobs\ndata: {}\n\n");

  const auto result = broker.run({"events", "follow", "sessions", "jobs", "--count", "1"});

  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.text, "1970-01-01T00:00:01Z sessions clientId=a\\x1b\n");
  EXPECT_EQ(broker.last_request(), "GET /api/stream?topics=sessions%2Cjobs");
}

TEST(CtlApi, DeniedIsNotRefused) {
  FakeBroker broker;
  broker.answers("GET /api/system/info", R"({"message": "no"})", 403);
  broker.answers("POST /api/configuration/reload", R"({"message": "line 3"})", 400);

  EXPECT_EQ(broker.run({"stats", "info"}).exit_code, kExitDenied);
  EXPECT_EQ(broker.run({"config", "reload"}).exit_code, kExitRefused);
}

}  // namespace
}  // namespace sluice::ctl
