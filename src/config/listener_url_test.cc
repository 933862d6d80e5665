#include "config/listener_url.h"

#include <gtest/gtest.h>

namespace sluice::config {
namespace {

TEST(ListenerUrl, FillsInPortAndPath) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"mqtt://127.0.0.1", "mqtt://127.0.0.1:1883"},
      {"mqtt://0.0.0.0:1884", "mqtt://0.0.0.0:1884"},
      {"mqtt://broker.example:65535/", "mqtt://broker.example:65535"},
      {"mqtt://[::1]", "mqtt://[::1]:1883"},
      {"mqtt://[::]:1", "mqtt://[::]:1"},
      {"mqtt://[fe80::1%eth0]:1883", "mqtt://[fe80::1%eth0]:1883"},
      {"ws://localhost", "ws://localhost:8084/mqtt"},
      {"ws://[::1]:80/", "ws://[::1]:80/"},
      {"ws://127.0.0.1:8080/a/b", "ws://127.0.0.1:8080/a/b"},
      {"mqtts://0.0.0.0", "mqtts://0.0.0.0:8883"},
      {"wss://[::1]", "wss://[::1]:8085/mqtt"},
      {"wss://127.0.0.1/a?connections_max=5", "wss://127.0.0.1:8085/a"},
      {"mqtts://127.0.0.1?key_password=secret", "mqtts://127.0.0.1:8883"},
  };
  for (const auto& [given, full] : cases) {
    const auto listener = parse_listener_url(given);
    ASSERT_TRUE(listener) << given << ": " << listener.error().message;
    EXPECT_EQ(listener->url(), full);
  }
}

TEST(ListenerUrl, HoldsIpv6HostsWithoutBrackets) {
  const auto listener = parse_listener_url("ws://[2001:db8::1]:8084/mqtt");

  ASSERT_TRUE(listener);
  EXPECT_EQ(listener->scheme, Scheme::WebSocket);
  EXPECT_EQ(listener->host, "2001:db8::1");
  EXPECT_EQ(listener->port, 8084);
  EXPECT_EQ(listener->path, "/mqtt");
}

TEST(ListenerUrl, RefusesWhatCannotBeListenedOn) {
  const std::vector<std::string> cases{
      "",
      "mqtt://",
      "mqtt://:1883",
      "mqtt://127.0.0.1:",
      "mqtt://127.0.0.1:0",
      "mqtt://127.0.0.1:65536",
      "mqtt://127.0.0.1:18x3",
      "mqtt://127.0.0.1:-1",
      "mqtt://127.0.0.1:1883/mqtt",
      "mqtt://127.0.0.256",
      "mqtt://1.2.3",
      "mqtt://[::1",
      "mqtt://[::1]1883",
      "mqtt://[::zz]",
      "mqtt://[127.0.0.1]",
      "mqtt://::1:1883",
      "mqtt://user@host",
      "mqtt://ho st",
      "ws://127.0.0.1/a?b",
      "ws://127.0.0.1?b",
      "ws://127.0.0.1/a b",
      "mqtts://127.0.0.1/path",
      "wss://127.0.0.1/a#b",
      "MQTT//127.0.0.1",
      "mqtt://" + std::string(300, 'a'),
  };
  for (const auto& url : cases) EXPECT_FALSE(parse_listener_url(url)) << url;
}

TEST(ListenerUrl, SuggestsTheSchemeThatWasMeant) {
  const auto suggestion = [](const char* url) {
    return parse_listener_url(url).error().suggestion;
  };

  EXPECT_EQ(suggestion("tcp://0.0.0.0:1883"), "mqtt://0.0.0.0:1883");
  EXPECT_EQ(suggestion("http://0.0.0.0:8084/mqtt"), "ws://0.0.0.0:8084/mqtt");
  EXPECT_EQ(suggestion("ssl://0.0.0.0:8883"), "mqtts://0.0.0.0:8883");
  EXPECT_EQ(suggestion("https://0.0.0.0:8085/mqtt"), "wss://0.0.0.0:8085/mqtt");
  EXPECT_EQ(suggestion("0.0.0.0:1883"), "mqtt://0.0.0.0:1883");
  EXPECT_EQ(suggestion("1883"), "mqtt://127.0.0.1:1883");
  EXPECT_EQ(suggestion("quic://h"), "");
}

TEST(Listeners, AreTheLoopbackOnesUnlessGiven) {
  Settings settings;
  const auto defaults = effective_listeners(settings);

  ASSERT_EQ(defaults.size(), 2U);
  EXPECT_EQ(defaults[0].url(), "mqtt://127.0.0.1:1883");
  EXPECT_EQ(defaults[1].url(), "ws://127.0.0.1:8084/mqtt");
}

TEST(Listeners, ClashWhenTheyWantTheSamePortOfTheSameAddress) {
  const auto clashes = [](const char* a, const char* b) {
    return clash(*parse_listener_url(a), *parse_listener_url(b));
  };

  EXPECT_TRUE(clashes("mqtt://127.0.0.1:1883", "ws://127.0.0.1:1883"));
  EXPECT_TRUE(clashes("mqtt://127.0.0.1:1883", "mqtts://127.0.0.1:1883"));
  EXPECT_TRUE(clashes("mqtt://0.0.0.0:1883", "mqtt://10.0.0.1:1883"));
  EXPECT_TRUE(clashes("mqtt://localhost:1883", "mqtt://127.0.0.1:1883"));
  EXPECT_TRUE(clashes("mqtt://[::]:1883", "mqtt://[::1]:1883"));
  EXPECT_FALSE(clashes("mqtt://0.0.0.0:1883", "mqtt://[::]:1883"));
  EXPECT_FALSE(clashes("mqtt://127.0.0.1:1883", "mqtt://127.0.0.1:1884"));
  EXPECT_FALSE(clashes("mqtt://10.0.0.1:1883", "mqtt://10.0.0.2:1883"));
}

}  // namespace
}  // namespace sluice::config
