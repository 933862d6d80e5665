#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

class JobsTest : public testing::LocalAdminTest {
 protected:
  JobRunner& jobs() { return harness.api->services().jobs; }
  void add_sessions(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) view.add_session("c" + std::to_string(10'000 + i));
  }
  std::string start(const std::string& action, const std::string& filter) {
    return at(post("/api/jobs", R"({"action": ")" + action + R"(", "filter": )" + filter + "}"),
              "/id");
  }
  void finish() {
    while (jobs().step()) {
    }
  }
};

TEST_F(JobsTest, GoStepByStepThroughAllThatMatch) {
  add_sessions(1200);
  view.add_session("other");

  const std::string path = "/api/jobs/" + start("DISCONNECT", R"({"textSearch": "c"})");

  EXPECT_EQ(at(get(path), "/state"), "RUNNING");
  EXPECT_EQ(at(get(path), "/total"), "1200");
  EXPECT_EQ(at(get(path), "/done"), "0") << "nothing happens within the request";
  EXPECT_TRUE(jobs().step());
  EXPECT_EQ(at(get(path), "/done"), "500");
  finish();
  EXPECT_EQ(at(get(path), "/state"), "DONE");
  EXPECT_EQ(at(get(path), "/done"), "1200");
  EXPECT_EQ(at(get(path), "/failed"), "0");
  EXPECT_EQ(view.count_sessions().connected, 1U);
  EXPECT_EQ(last_audit(), "START JOB DISCONNECT");
}

TEST_F(JobsTest, ADryRunOnlyCounts) {
  add_sessions(3);
  const Response job = post("/api/jobs", R"({"action": "REMOVE", "filter": {}, "dryRun": true})");
  EXPECT_EQ(at(job, "/total"), "3");
  EXPECT_EQ(at(job, "/state"), "DONE");
  EXPECT_FALSE(jobs().step());
  EXPECT_EQ(view.sessions.size(), 3U);
}

TEST_F(JobsTest, RemoveSessionsAndPurgeQueues) {
  add_sessions(2);
  view.queues["c10000"].messages = 5;
  (void)start("PURGE_QUEUE", "{}");
  finish();
  EXPECT_TRUE(view.queues.empty());
  (void)start("REMOVE", "{}");
  finish();
  EXPECT_TRUE(view.sessions.empty());
}

TEST_F(JobsTest, BlockClientsAndTellTheBrokerOnce) {
  add_sessions(3);
  (void)start("BLOCK", R"({"connectedStatusList": ["CONNECTED"]})");
  finish();
  ASSERT_TRUE(harness.broker.policy && harness.broker.policy->block_list);
  EXPECT_TRUE(harness.broker.policy->block_list->find("c10001", "", "192.0.2.9", harness.wall));
  EXPECT_EQ(harness.broker.calls, std::vector<std::string>{"policy"});
}

TEST_F(JobsTest, DeleteRetainedMessagesThatATopicFilterMatches) {
  for (int i = 0; i < 700; ++i) view.retained["old/" + std::to_string(i)];
  view.retained["new"];
  const std::string path = "/api/jobs/" + start("DELETE_RETAINED", R"({"topicFilter": "old/#"})");
  EXPECT_EQ(at(get(path), "/total"), "700");
  finish();
  EXPECT_EQ(at(get(path), "/done"), "700");
  EXPECT_EQ(view.retained.size(), 1U);
}

TEST_F(JobsTest, AreCancelledWhereTheyAre) {
  add_sessions(1200);
  const std::string path = "/api/jobs/" + start("REMOVE", "{}");
  (void)jobs().step();
  EXPECT_EQ(remove(path).status, 400U) << "it runs";

  EXPECT_EQ(at(post(path + "/cancel"), "/state"), "CANCELLED");

  EXPECT_FALSE(jobs().step());
  EXPECT_EQ(view.sessions.size(), 700U);
  EXPECT_EQ(post(path + "/cancel").status, 400U);
  EXPECT_EQ(remove(path).status, 200U);
  EXPECT_EQ(get(path).status, 404U);
}

TEST_F(JobsTest, LeaveAloneWhatIsNotConnectedAnyMore) {
  add_sessions(600);
  const std::string path = "/api/jobs/" + start("DISCONNECT", "{}");
  view.sessions["c10000"].summary.is_connected = false;
  finish();
  EXPECT_EQ(at(get(path), "/done"), "599");
  EXPECT_EQ(at(get(path), "/state"), "DONE");
}

TEST_F(JobsTest, ThatCouldMeanMoreThanWasMeantAreRefused) {
  for (const char* body :
       {R"({})", R"({"action": "REMOVE"})", R"({"action": "SPOON", "filter": {}})",
        R"({"action": "REMOVE", "filter": {"clientID": "x"}})",
        R"({"action": "REMOVE", "filter": {"connectedStatusList": ["AWAY"]}})",
        R"({"action": "REMOVE", "filter": {"topicFilter": "a"}})",
        R"({"action": "DELETE_RETAINED", "filter": {}})",
        R"({"action": "DELETE_RETAINED", "filter": {"topicFilter": "a/#/b"}})"}) {
    EXPECT_EQ(post("/api/jobs", body).status, 400U) << body;
  }
}

TEST_F(JobsTest, AreBoundedAndForgottenAfterAnHour) {
  add_sessions(1);
  for (std::size_t i = 0; i < JobRunner::kRunningMax; ++i) (void)start("REMOVE", "{}");
  EXPECT_EQ(post("/api/jobs", R"({"action": "REMOVE", "filter": {}})").status, 429U);
  finish();
  EXPECT_EQ(at(get("/api/jobs"), "/totalElements"), "8");
  harness.pass(std::chrono::hours{1} + seconds{1});
  EXPECT_EQ(at(get("/api/jobs"), "/totalElements"), "0");
  for (std::size_t i = 0; i < JobRunner::kJobsMax + 5; ++i) {
    (void)post("/api/jobs", R"({"action": "REMOVE", "filter": {}, "dryRun": true})");
  }
  EXPECT_EQ(jobs().list().size(), JobRunner::kJobsMax);
}

}  // namespace
}  // namespace sluice::admin
