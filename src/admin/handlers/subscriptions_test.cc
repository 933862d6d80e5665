#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

using broker::SubscriptionChange;

class SubscriptionsTest : public testing::LocalAdminTest {};

TEST_F(SubscriptionsTest, BecomeTheWholeSetThatIsSent) {
  view.add_session("a").subscriptions.push_back(testing::subscription_to("old"));

  const Response done = post("/api/subscription",
                             R"({"clientId": "a", "subscriptions": [
               {"topicFilter": "x/+", "qos": "AT_LEAST_ONCE", "subscriptionId": 3,
                "options": {"noLocal": true, "retainAsPublish": true, "retainHandling": 2}},
               {"topicFilter": "$share/g/y", "qos": 2, "subscriptionId": null}]})");

  ASSERT_EQ(done.status, 200U) << done.body;
  const auto& now = view.sessions["a"].subscriptions;
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[0].filter, "x/+");
  EXPECT_EQ(now[0].maximum_qos, mqtt::Qos::AtLeastOnce);
  EXPECT_TRUE(now[0].no_local && now[0].retain_as_published);
  EXPECT_EQ(now[0].retain_handling, 2);
  EXPECT_EQ(now[0].identifier, 3U);
  EXPECT_EQ(now[1].share_name, "g");
  EXPECT_EQ(now[1].filter, "y");
  EXPECT_EQ(now[1].identifier, 0U);
  EXPECT_EQ(last_audit(), "UPDATE SUBSCRIPTIONS a");
}

TEST_F(SubscriptionsTest, ThatCannotBeAreRefusedWithWords) {
  view.add_session("a");
  for (const char* body :
       {R"({"subscriptions": []})", R"({"clientId": "a"})",
        R"({"clientId": "a", "subscriptions": [{"qos": 1}]})",
        R"({"clientId": "a", "subscriptions": [{"topicFilter": "x", "qos": 3}]})",
        R"({"clientId": "a", "subscriptions": [{"topicFilter": "x", "qos": "SOME"}]})",
        R"({"clientId": "a", "subscriptions": [{"topicFilter": "$share/x"}]})",
        R"({"clientId": "a", "subscriptions": [{"topicFilter": "x"}, {"topicFilter": "x"}]})"}) {
    EXPECT_EQ(post("/api/subscription", body).status, 400U) << body;
  }
  EXPECT_EQ(post("/api/subscription", R"({"clientId": "b", "subscriptions": []})").status, 404U);
  for (const auto refusal : {SubscriptionChange::InvalidFilter, SubscriptionChange::NotAuthorized,
                             SubscriptionChange::TooMany}) {
    view.subscription_change = refusal;
    EXPECT_EQ(post("/api/subscription", R"({"clientId": "a", "subscriptions": []})").status, 400U);
  }
}

TEST_F(SubscriptionsTest, OfAClientHaveTbmqsOtherShape) {
  auto& subscriptions = view.add_session("a").subscriptions;
  subscriptions.push_back({"x/#", "g", mqtt::Qos::AtLeastOnce, false, true, 0, 7});
  subscriptions.push_back(testing::subscription_to("y"));

  const Response shown = get("/api/subscription?clientId=a");

  EXPECT_EQ(at(shown, "/0/topicFilter"), "x/#");
  EXPECT_EQ(at(shown, "/0/qos"), "1");
  EXPECT_EQ(at(shown, "/0/shareName"), "g");
  EXPECT_EQ(at(shown, "/0/options/retainAsPublish"), "true");
  EXPECT_EQ(at(shown, "/0/options/retainHandling"), "SEND_AT_SUBSCRIBE");
  EXPECT_EQ(at(shown, "/0/subscriptionId"), "7");
  EXPECT_EQ(at(shown, "/1/shareName"), "null");
  EXPECT_EQ(at(shown, "/1/subscriptionId"), "-1");
  EXPECT_EQ(get("/api/subscription?clientId=b").status, 404U);
}

TEST_F(SubscriptionsTest, TheFiltersOfTheListReachTheBroker) {
  view.add_session("a").subscriptions.push_back(testing::subscription_to("x/#"));

  const Response list =
      get("/api/subscription/all?pageSize=5&page=0&clientId=a&topicFilter=x&qosList=0,2"
          "&noLocalList=false&retainAsPublishList=true&subscriptionId=9&sortProperty=topicFilter");

  EXPECT_EQ(at(list, "/data/0/clientId"), "a");
  EXPECT_EQ(at(list, "/data/0/subscription/topicFilter"), "x/#");
  const broker::SubscriptionQuery& query = view.subscription_query;
  EXPECT_EQ(query.client_id, "a");
  EXPECT_EQ(query.filter, "x");
  EXPECT_EQ(query.qos_mask, 0b101);
  EXPECT_EQ(query.no_local, false);
  EXPECT_EQ(query.retain_as_published, true);
  EXPECT_EQ(query.identifier, 9U);
  EXPECT_TRUE(query.by_filter);
  EXPECT_EQ(get("/api/subscription/all?pageSize=5&page=0&qosList=3").status, 400U);
}

TEST_F(SubscriptionsTest, RetainHandlingIsNotKeptSoOnlyZeroIsFound) {
  view.add_session("a").subscriptions.push_back(testing::subscription_to("x/#"));
  const std::string list = "/api/subscription/all?pageSize=5&page=0&retainHandlingList=";
  EXPECT_EQ(at(get(list + "0,1"), "/totalElements"), "1");
  EXPECT_EQ(at(get(list + "1,2"), "/totalElements"), "0");
}

TEST_F(SubscriptionsTest, SharedGroupsAreSearchedAndOrdered) {
  view.share_groups = {{"red", "z", {{"one", config::ClientType::Device, true}}},
                       {"blue", "y", {{"two", config::ClientType::Application, false}}},
                       {"red", "a", {}}};
  const std::string list = "/api/subscription?pageSize=5&page=0";

  EXPECT_EQ(at(get(list), "/data/0/shareName"), "blue");
  EXPECT_EQ(at(get(list), "/data/0/clients/0/clientType"), "APPLICATION");
  EXPECT_EQ(at(get(list), "/data/1/topicFilter"), "a");
  EXPECT_EQ(at(get(list + "&shareNameSearch=RED"), "/totalElements"), "2");
  EXPECT_EQ(at(get(list + "&clientIdSearch=ON"), "/data/0/clients/0/clientId"), "one");
  EXPECT_EQ(at(get(list + "&textSearch=y"), "/totalElements"), "1");
  EXPECT_EQ(at(get(list + "&sortProperty=topicFilter&sortOrder=DESC"), "/data/0/topicFilter"), "z");
  EXPECT_EQ(at(get("/api/subscription?pageSize=2&page=1"), "/data/0/topicFilter"), "z");
}

TEST_F(SubscriptionsTest, NothingIsLeftToClear) {
  EXPECT_EQ(remove("/api/subscription/topic-trie/clear").status, 200U);
  EXPECT_EQ(get("/api/subscription/integration?integrationId=x").status, 404U);
}

}  // namespace
}  // namespace sluice::admin
