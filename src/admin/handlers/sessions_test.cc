#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

using Calls = std::vector<std::string>;

class SessionsTest : public testing::LocalAdminTest {};

TEST_F(SessionsTest, AreListedInTbmqsShape) {
  view.add_session("b", false);
  view.add_session("a").subscriptions.push_back(testing::subscription_to("x/#"));

  const Response list = get("/api/client-session?pageSize=10&page=0");

  EXPECT_EQ(at(list, "/totalElements"), "2");
  EXPECT_EQ(at(list, "/data/0/id"), "a");
  EXPECT_EQ(at(list, "/data/0/connectionState"), "CONNECTED");
  EXPECT_EQ(at(list, "/data/0/clientType"), "DEVICE");
  EXPECT_EQ(at(list, "/data/0/nodeId"), "node-1");
  EXPECT_EQ(at(list, "/data/0/subscriptionsCount"), "1");
  EXPECT_EQ(at(list, "/data/1/connectionState"), "DISCONNECTED");
  EXPECT_EQ(at(list, "/data/1/disconnectedAt"), "1700000060000");
}

TEST_F(SessionsTest, TheFiltersOfTheListReachTheBroker) {
  (void)get(
      "/api/v2/client-session?pageSize=7&page=3&textSearch=Meter&clientIpAddress=192.0"
      "&connectedStatusList=DISCONNECTED&clientTypeList=APPLICATION&cleanStartList=false"
      "&subscriptions=4&subscriptionOperation=GREATER_OR_EQUAL&startTime=5&endTime=9"
      "&sortProperty=subscriptionsCount&sortOrder=DESC&nodeIdList=node-0,node-1");

  const broker::SessionQuery& query = view.session_query;
  EXPECT_EQ(query.filter.client_id, "Meter");
  EXPECT_EQ(query.filter.address, "192.0");
  EXPECT_EQ(query.filter.connected, false);
  EXPECT_EQ(query.filter.type, config::ClientType::Application);
  EXPECT_EQ(query.filter.clean_start, false);
  EXPECT_EQ(query.filter.subscriptions->comparison, broker::Comparison::GreaterOrEqual);
  EXPECT_EQ(query.filter.subscriptions->count, 4U);
  EXPECT_EQ(query.filter.connected_from, 5);
  EXPECT_EQ(query.filter.connected_to, 9);
  EXPECT_EQ(query.order, broker::SessionOrder::Subscriptions);
  EXPECT_TRUE(query.descending);
  EXPECT_EQ(query.slice.offset, 21U);
  EXPECT_EQ(query.slice.limit, 7U);
}

TEST_F(SessionsTest, AFilterThatNamesAllLetsAllThrough) {
  (void)get(
      "/api/v2/client-session?pageSize=7&page=0&connectedStatusList=CONNECTED,DISCONNECTED"
      "&clientTypeList=DEVICE&clientTypeList=APPLICATION&cleanStartList=true,false");

  EXPECT_FALSE(view.session_query.filter.connected);
  EXPECT_FALSE(view.session_query.filter.type);
  EXPECT_FALSE(view.session_query.filter.clean_start);
}

TEST_F(SessionsTest, OtherNodesAndIntegrationsHaveNoneHere) {
  view.add_session("a");
  const std::string list = "/api/v2/client-session?pageSize=7&page=0";
  EXPECT_EQ(at(get(list + "&nodeIdList=node-2"), "/totalElements"), "0");
  EXPECT_EQ(at(get(list + "&clientTypeList=INTEGRATION"), "/totalElements"), "0");
  EXPECT_EQ(at(get(list + "&clientTypeList=INTEGRATION,DEVICE"), "/totalElements"), "1");
}

TEST_F(SessionsTest, AFilterThatIsNotKnownIsRefused) {
  const std::string list = "/api/v2/client-session?pageSize=7&page=0";
  for (const char* wrong :
       {"&connectedStatusList=AWAY", "&clientTypeList=SPOON", "&cleanStartList=maybe",
        "&subscriptions=-1", "&subscriptions=1&subscriptionOperation=ABOUT", "&startTime=now",
        "&sortProperty=colour", "&sortOrder=UP"}) {
    EXPECT_EQ(get(list + wrong).status, 400U) << wrong;
  }
  EXPECT_EQ(get("/api/client-session").status, 400U) << "no page";
}

TEST_F(SessionsTest, OneIsShownInDetail) {
  broker::SessionDetails& session = view.add_session("a", false);
  session.expiry_interval = 60;
  session.subscriptions.push_back({"x/#", "g", mqtt::Qos::ExactlyOnce, true, false, 0, 7});

  const Response shown = get("/api/client-session?clientId=a");

  EXPECT_EQ(at(shown, "/sessionExpiryInterval"), "60");
  EXPECT_EQ(at(shown, "/sessionEndTs"), "1700000120000");
  EXPECT_EQ(at(shown, "/subscriptions/0/topicFilter"), "$share/g/x/#");
  EXPECT_EQ(at(shown, "/subscriptions/0/qos"), "EXACTLY_ONCE");
  EXPECT_EQ(at(shown, "/subscriptions/0/options/noLocal"), "true");
  EXPECT_EQ(at(shown, "/subscriptions/0/subscriptionId"), "7");
  EXPECT_EQ(at(shown, "/connection"), "null") << "it has none";
  EXPECT_EQ(get("/api/client-session?clientId=b").status, 404U);
}

TEST_F(SessionsTest, NeverEndWhileConnectedOrWithoutExpiry) {
  view.add_session("here").expiry_interval = 60;
  view.add_session("forever", false).expiry_interval = mqtt::kSessionNeverExpires;
  EXPECT_EQ(at(get("/api/client-session?clientId=here"), "/sessionEndTs"), "-1");
  EXPECT_EQ(at(get("/api/client-session?clientId=forever"), "/sessionEndTs"), "-1");
}

TEST_F(SessionsTest, DetailsNameVersionAndProvider) {
  view.add_session("a").provider = "MQTT_BASIC";
  const Response details = get("/api/client-session/details?clientId=a");
  EXPECT_EQ(at(details, "/mqttVersion"), "MQTT_5");
  EXPECT_EQ(at(details, "/authProvider"), "MQTT_BASIC");
  EXPECT_EQ(at(details, "/credentialsName"), "null");
}

TEST_F(SessionsTest, AreCounted) {
  view.add_session("a");
  view.add_session("b");
  view.add_session("c", false);
  EXPECT_EQ(get("/api/client-session/info").body,
            R"({"connectedCount":2,"disconnectedCount":1,"totalCount":3})");
}

TEST_F(SessionsTest, TheOneThatWasSeenIsDisconnected) {
  const std::string id = view.add_session("a").summary.id;
  EXPECT_EQ(remove("/api/client-session/disconnect?clientId=a&sessionId=another").status, 404U);
  EXPECT_EQ(view.calls, Calls{});
  EXPECT_EQ(remove("/api/client-session/disconnect?clientId=a&sessionId=" + id).status, 200U);
  EXPECT_EQ(view.calls, Calls{"disconnect a"});
  EXPECT_EQ(last_audit(), "DISCONNECT CLIENT_SESSION a");
  EXPECT_EQ(remove("/api/client-session/disconnect?clientId=a").status, 404U) << "not connected";
}

TEST_F(SessionsTest, TheOneThatWasSeenIsRemoved) {
  const std::string id = view.add_session("a").summary.id;
  EXPECT_EQ(remove("/api/client-session/remove?clientId=a&sessionId=another").status, 404U);
  EXPECT_EQ(remove("/api/client-session/remove?clientId=a&sessionId=" + id).status, 200U);
  EXPECT_TRUE(view.sessions.empty());
  EXPECT_EQ(last_audit(), "DELETE CLIENT_SESSION a");
  EXPECT_EQ(remove("/api/client-session/remove?clientId=a").status, 404U);
}

}  // namespace
}  // namespace sluice::admin
