#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

using broker::PublishOutcome;

/// Retained messages, queues and publishing.
class MessagesTest : public testing::LocalAdminTest {
 protected:
  void retain(const std::string& topic, const std::string& payload) {
    broker::MessageFacts& message = view.retained[topic];
    message.topic = topic;
    message.payload = payload;
    message.payload_bytes = payload.size();
    message.created_at = 5;
  }
};

TEST_F(MessagesTest, ARetainedOneIsReadAsTextAndAsItIs) {
  retain("a/b", "x\xFFy");
  view.retained["a/b"].user_properties.push_back({"k", "v"});

  const Response shown = get("/api/retained-msg?topicName=a/b");

  EXPECT_EQ(at(shown, "/payload"), "x\xEF\xBF\xBDy");
  EXPECT_EQ(at(shown, "/payloadBase64"), "eP95");
  EXPECT_EQ(at(shown, "/payloadSize"), "3");
  EXPECT_EQ(at(shown, "/createdTime"), "5");
  EXPECT_EQ(at(shown, "/userProperties/props/0/key"), "k");
  EXPECT_EQ(get("/api/retained-msg?topicName=a").status, 404U);
}

TEST_F(MessagesTest, RetainedOnesAreListedWithTheFirstBytes) {
  retain("a", std::string(100'000, 'x'));
  const Response list = get("/api/retained-msg?pageSize=5&page=0&textSearch=a");
  EXPECT_EQ(at(list, "/data/0/payloadSize"), "100000");
  EXPECT_EQ(at(list, "/data/0/payload").size(), 65'536U);
  EXPECT_EQ(at(list, "/data/0/userProperties"), "null");
}

TEST_F(MessagesTest, TheFiltersOfRetainedOnesReachTheBroker) {
  (void)get(
      "/api/retained-msg/v2?pageSize=5&page=1&topicName=t&qosList=1&payload=p&startTime=3"
      "&endTime=4&sortProperty=createdTime&sortOrder=DESC");

  const broker::RetainedQuery& query = view.retained_query;
  EXPECT_EQ(query.topic, "t");
  EXPECT_EQ(query.payload, "p");
  EXPECT_EQ(query.qos_mask, 0b010);
  EXPECT_EQ(query.from, 3);
  EXPECT_EQ(query.to, 4);
  EXPECT_EQ(query.order, broker::RetainedQuery::Order::CreatedAt);
  EXPECT_TRUE(query.descending);
  EXPECT_EQ(query.slice.offset, 5U);
}

TEST_F(MessagesTest, ARetainedOneIsRemoved) {
  retain("a/b", "x");
  EXPECT_EQ(remove("/api/retained-msg?topicName=a/b").status, 200U);
  EXPECT_TRUE(view.retained.empty());
  EXPECT_EQ(last_audit(), "DELETE RETAINED_MESSAGE a/b");
  EXPECT_EQ(remove("/api/retained-msg?topicName=a/b").status, 404U);
}

TEST_F(MessagesTest, AQueueShowsItsFirstOnes) {
  view.add_session("a", false);
  broker::QueueFacts& queue = view.queues["a"];
  queue = {.messages = 3, .bytes = 30, .in_flight = 1, .on_disk = 1, .oldest_at = 8, .first = {}};
  queue.first.resize(2);
  queue.first[0].packet_id = 17;
  queue.first[1].message.payload = "0123456789";

  const Response shown = get("/api/client-session/queue?clientId=a&limit=2&payloadMax=4");

  EXPECT_EQ(at(shown, "/messageCount"), "3");
  EXPECT_EQ(at(shown, "/inFlightCount"), "1");
  EXPECT_EQ(at(shown, "/onDiskCount"), "1");
  EXPECT_EQ(at(shown, "/oldestTime"), "8");
  EXPECT_EQ(at(shown, "/messages/0/packetId"), "17");
  EXPECT_EQ(at(shown, "/messages/1/packetId"), "null");
  EXPECT_EQ(at(shown, "/messages/1/payload"), "0123");
  EXPECT_EQ(get("/api/client-session/queue?clientId=b").status, 404U);
  EXPECT_EQ(get("/api/client-session/queue?clientId=a&limit=100000").status, 400U);
}

TEST_F(MessagesTest, AQueueIsPurgedButForWhatIsInFlight) {
  view.add_session("a", false);
  view.queues["a"] = {.messages = 3, .in_flight = 1, .first = {}};
  EXPECT_EQ(remove("/api/client-session/queue?clientId=a").body, R"({"purgedCount":2})");
  EXPECT_EQ(last_audit(), "DELETE CLIENT_QUEUE a");
  EXPECT_EQ(remove("/api/client-session/queue?clientId=b").status, 404U);
}

TEST_F(MessagesTest, IsPublishedWithAllThatItMayHave) {
  const Response done = post(
      "/api/mqtt/publish",
      R"({"topic": "a", "payload": "AAE=", "qos": 1, "retain": true, "messageExpiryInterval": 9,
          "contentType": "text/x", "responseTopic": "r", "correlationData": "/w==",
          "userProperties": {"props": [{"key": "k", "value": "v"}]}})");

  EXPECT_EQ(done.status, 202U) << done.body;
  EXPECT_EQ(done.body, R"({"hasSubscribers":true})");
  ASSERT_EQ(view.published.size(), 1U);
  const broker::PublishRequest& message = view.published[0];
  EXPECT_EQ(message.payload, std::string("\0\1", 2));
  EXPECT_EQ(message.qos, mqtt::Qos::AtLeastOnce);
  EXPECT_TRUE(message.retain);
  EXPECT_EQ(message.expiry_seconds, 9U);
  EXPECT_EQ(message.content_type, "text/x");
  EXPECT_EQ(message.response_topic, "r");
  EXPECT_EQ(message.correlation_data, "\xFF");
  ASSERT_EQ(message.user_properties.size(), 1U);
  EXPECT_EQ(message.user_properties[0].name, "k");
}

TEST_F(MessagesTest, MayBePlainTextAndHaveUserPropertiesAsAnObject) {
  view.publish_outcome = PublishOutcome::NoSubscribers;
  const Response done = post("/api/mqtt/publish",
                             R"({"topic": "a", "payload": "grüße", "payloadEncoding": "plain",
                                 "userProperties": {"k": "v"}})");
  EXPECT_EQ(done.body, R"({"hasSubscribers":false})");
  EXPECT_EQ(view.published.at(0).payload, "grüße");
  EXPECT_EQ(view.published.at(0).user_properties.at(0).value, "v");
}

TEST_F(MessagesTest, ThatCannotBePublishedAreToldWhy) {
  for (const char* body :
       {R"({})", R"({"topic": "a", "payload": "!"})", R"({"topic": "a", "qos": 3})",
        R"({"topic": "a", "payloadEncoding": "hex"})",
        R"({"topic": "a", "messageExpiryInterval": -1})",
        R"({"topic": "a", "userProperties": {"k": 1}})"}) {
    EXPECT_EQ(post("/api/mqtt/publish", body).status, 400U) << body;
  }
  EXPECT_TRUE(view.published.empty());
  const std::string fine = R"({"topic": "a"})";
  for (const auto& [outcome, status] : {std::pair{PublishOutcome::InvalidTopic, 400U},
                                        {PublishOutcome::InvalidPayload, 400U},
                                        {PublishOutcome::TooLarge, 400U},
                                        {PublishOutcome::RateLimited, 429U},
                                        {PublishOutcome::StoreFailed, 503U}}) {
    view.publish_outcome = outcome;
    EXPECT_EQ(post("/api/mqtt/publish", fine).status, status);
  }
}

TEST_F(MessagesTest, TheAuditLogNamesThemWithoutWhatTheySay) {
  (void)post("/api/mqtt/publish",
             R"({"topic": "a", "payload": "secret-words", "payloadEncoding": "plain"})");
  EXPECT_EQ(last_audit(), "PUBLISH MESSAGE a");
  EXPECT_EQ(get("/api/audit/export").body.find("secret-words"), std::string::npos);
}

TEST_F(MessagesTest, ManyArePublishedWithAResultEach) {
  const Response done =
      post("/api/mqtt/publish/bulk", R"([{"topic": "a"}, {"topic": "b", "payload": "eA=="}])");
  EXPECT_EQ(done.body, R"([{"status":202,"hasSubscribers":true},)"
                       R"({"status":202,"hasSubscribers":true}])");
  EXPECT_EQ(view.published.at(1).payload, "x");
  EXPECT_EQ(view.calls, std::vector<std::string>{"publish 2"});  // they wait for the disk at once
  view.publish_outcome = PublishOutcome::RateLimited;
  EXPECT_EQ(at(post("/api/mqtt/publish/bulk", R"([{"topic": "a"}])"), "/0/status"), "429");
}

TEST_F(MessagesTest, OfWhichOneIsWrongAreNotPublishedAtAll) {
  for (const char* body : {"[]", R"({"topic": "a"})", R"([{"topic": "a"}, {"topic": 5}])"}) {
    EXPECT_EQ(post("/api/mqtt/publish/bulk", body).status, 400U) << body;
  }
  EXPECT_TRUE(view.published.empty());
}

}  // namespace
}  // namespace sluice::admin
