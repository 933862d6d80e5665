#include <fstream>

#include "admin/handlers/machine_facts.h"
#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

/// The home page, device connectivity and what is not there.
class HomeTest : public testing::LocalAdminTest {
 protected:
  /// A listener with TLS whose certificate file has `text`.
  void add_mqtts(const std::string& text) {
    const std::string path = harness.folder.path() + "/chain.pem";
    std::ofstream(path) << text;
    config::ListenerSettings listener{config::Scheme::Mqtt, "127.0.0.1", 8883};
    listener.is_tls = true;
    listener.options.certificate = path;
    harness.node.open_listeners.push_back({listener, 0});
  }
};

TEST_F(HomeTest, ShowsListenersAndProviders) {
  const Response shown = get("/api/app/config");

  EXPECT_EQ(at(shown, "/tcpPort"), "1883");
  EXPECT_EQ(at(shown, "/tcpListenerEnabled"), "true");
  EXPECT_EQ(at(shown, "/wsPort"), "8084");
  EXPECT_EQ(at(shown, "/tlsPort"), "0");
  EXPECT_EQ(at(shown, "/tlsListenerEnabled"), "false");
  EXPECT_EQ(at(shown, "/wssMaxPayloadSize"), "2097152");
  EXPECT_EQ(at(shown, "/basicAuthEnabled"), "true");
  EXPECT_EQ(at(shown, "/httpAuthEnabled"), "false");
  EXPECT_EQ(at(shown, "/existsBasicCredentials"), "false");
  EXPECT_EQ(at(shown, "/allowKafkaTopicDeletion"), "false");
  EXPECT_EQ(at(shown, "/statsCollectionInterval"), "1");
}

TEST_F(HomeTest, APortIsFoundByTheKindOfListener) {
  EXPECT_EQ(get("/api/app/listener/port?listenerName=MQTT").body, "1883");
  EXPECT_EQ(get("/api/app/listener/port?listenerName=WS").body, "8084");
  EXPECT_EQ(get("/api/app/listener/port?listenerName=MQTTS").status, 404U);
  EXPECT_EQ(get("/api/app/listener/port?listenerName=SPOON").status, 400U);
}

TEST_F(HomeTest, TheOnlyServiceIsThisNode) {
  harness.node.current.data_dir = harness.folder.path();
  const Response list = get("/api/app/service/info?pageSize=5&page=0");
  EXPECT_EQ(get("/api/app/brokers").body, R"(["node-1"])");
  EXPECT_EQ(at(list, "/data/0/serviceId"), "node-1");
  EXPECT_EQ(at(list, "/data/0/status"), "ACTIVE");
  EXPECT_GT(std::stoull(at(list, "/data/0/totalMemory")), 0U);
  EXPECT_GT(std::stoull(at(list, "/data/0/totalDiskSpace")), 0U);
  EXPECT_EQ(remove("/api/app/service/info?serviceId=node-1").status, 400U);
  EXPECT_EQ(remove("/api/app/service/info?serviceId=node-2").status, 404U);
  EXPECT_EQ(at(get("/api/system/info"), "/version"), "1.2.3");
}

TEST_F(HomeTest, LinesOfTheKernelAreFoundByTheirWholeName) {
  const std::string text = "MemTotal:       2048 kB\nMemAvailable:    1024 kB\nXMemTotal: 7 kB\n";
  EXPECT_EQ(memory_line(text, "MemTotal"), 2048U * 1024);
  EXPECT_EQ(memory_line(text, "MemAvailable"), 1024U * 1024);
  EXPECT_EQ(memory_line(text, "Mem"), 0U);
}

TEST_F(HomeTest, TheCertificateIsHandedOutWithoutItsKey) {
  add_mqtts(
      "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"
      "-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\nnoise\n"
      "-----BEGIN CERTIFICATE-----\ntwo\n-----END CERTIFICATE-----\n");
  const std::string path = "/api/device-connectivity/mqtts/certificate/";

  const Response file = get(path + "download");

  EXPECT_EQ(file.body,
            "-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n"
            "-----BEGIN CERTIFICATE-----\ntwo\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(file.headers.back(), std::pair(std::string("x-filename"), std::string("chain.pem")));
  EXPECT_EQ(get(path + "configured").body, "true");
  EXPECT_EQ(get(path + "name").body, "\"chain.pem\"");
}

TEST_F(HomeTest, WithoutMqttsThereIsNoCertificate) {
  const std::string path = "/api/device-connectivity/mqtts/certificate/";
  EXPECT_EQ(get(path + "configured").body, "false");
  EXPECT_EQ(get(path + "name").status, 404U);
  EXPECT_EQ(get(path + "download").status, 404U);
}

TEST_F(HomeTest, WhatIsNotThereIsToldTruthfully) {
  const std::string page = "?pageSize=5&page=0";
  for (const char* list :
       {"/api/app/cluster-info", "/api/app/cluster-info/v2", "/api/app/kafka-topics",
        "/api/app/kafka-topics/v2", "/api/app/consumer-groups", "/api/app/consumer-groups/v2",
        "/api/app/shared/subs", "/api/integrations", "/api/events/x/STATS"}) {
    EXPECT_EQ(get(list + page).body,
              R"({"data":[],"totalPages":0,"totalElements":0,"hasNext":false})")
        << list;
  }
  EXPECT_EQ(remove("/api/app/consumer-group?groupId=x").status, 400U);
  EXPECT_EQ(remove("/api/app/remove-topics").status, 400U);
  EXPECT_EQ(post("/api/app/shared/subs", R"({"name": "x", "topicFilter": "y"})").status, 400U);
  EXPECT_EQ(get("/api/app/shared/subs?topic=x").status, 404U);
  EXPECT_EQ(post("/api/integration", "{}").status, 400U);
  EXPECT_EQ(get("/api/integration/x").status, 404U);
}

}  // namespace
}  // namespace sluice::admin
