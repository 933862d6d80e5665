// Class: the PROXY protocol header, mosquitto #3435: whoever may send one says where it comes from,
// so that nobody else may.

#include <gtest/gtest.h>

#include "security/administration.h"

namespace sluice::security {
namespace {

const std::string kSignature = hex("0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a");

/// Version 2, TCP over IPv4, from `source`, four bytes.
std::string version_2(const std::string& source) {
  return kSignature + hex("21 11 00 0c") + source + hex("7f 00 00 01 30 39 07 5b");
}

std::string version_1(const std::string& source) {
  return "PROXY TCP4 " + source + " 127.0.0.1 12345 1883\r\n";
}

Plan behind_a_proxy(const std::string& trusted) {
  return {.settings = {"auth.allow_anonymous=true", "proxy.enabled=true",
                       "proxy.trusted=" + trusted, "mqtt.connect_timeout=1"},
          .is_guarded = true};
}

Peer greeted(const TestBroker& broker, const std::string& header) {
  Peer peer = broker.peer();
  peer.sends_bytes(header);
  peer.sends(connect_as("c"));
  return peer;
}

TEST(ProxyHeader, OfAnUntrustedSourceIsNotBelieved) {
  TestBroker broker(behind_a_proxy("192.0.2.0/24"));
  EXPECT_EQ(greeted(broker, version_1("192.0.2.7")).bytes_until_closed(), "");
  EXPECT_EQ(greeted(broker, version_2(hex("c0 00 02 07"))).bytes_until_closed(), "");
  EXPECT_EQ(greeted(broker, "").bytes_until_closed(), "") << "nor is the absence of one";
}

TEST(ProxyHeader, ThatIsGarbageOrTooLongEndsTheConnection) {
  TestBroker broker(behind_a_proxy("127.0.0.1"));
  const std::vector<std::string> headers{
      "",
      "GET / HTTP/1.1\r\n\r\n",
      "PROXY TCP4 " + std::string(200, '1') + "\r\n",
      "PROXY TCP4 192.0.2.7 127.0.0.1 12345 1883\n",
      "PROXY TCP4 192.0.2.7 127.0.0.1 12345 99999\r\n",
      "PROXY TCP4 192.0.2.777 127.0.0.1 12345 1883\r\n",
      "PROXY TCP6 192.0.2.7 127.0.0.1 12345 1883\r\n",
      "PROXY TCP4 192.0.2.7\r\n",
      "proxy TCP4 192.0.2.7 127.0.0.1 12345 1883\r\n",
      kSignature + hex("31 11 00 0c c0 00 02 07 7f 00 00 01 30 39 07 5b"),  // version 3
      kSignature + hex("2f 11 00 0c c0 00 02 07 7f 00 00 01 30 39 07 5b"),  // command 15
      kSignature + hex("21 11 00 04 c0 00 02 07"),                          // too short for IPv4
      kSignature + hex("21 21 00 0c c0 00 02 07 7f 00 00 01 30 39 07 5b"),  // too short for IPv6
      kSignature + hex("21 11 ff ff") + std::string(65'535, 'x'),           // beyond the limit
      std::string(4096, '\x0d'),
  };
  for (const std::string& header : headers) greeted(broker, header).bytes_until_closed();

  for (const std::string& good :
       {version_1("192.0.2.7"), version_2(hex("c0 00 02 07")), std::string("PROXY UNKNOWN\r\n")}) {
    greeted(broker, good).expects_connack();
  }
}

TEST(ProxyHeader, NamesTheAddressThatIsBlocked) {
  TestBroker broker(behind_a_proxy("127.0.0.1"));
  Administration(broker).do_it("POST", "/api/blockedClient",
                               R"({"type": "IP_ADDRESS", "ipAddress": "203.0.113.7"})");

  EXPECT_TRUE(mqtt::is_failure(
      greeted(broker, version_1("203.0.113.7")).receives(PacketType::Connack).reason()));
  EXPECT_TRUE(mqtt::is_failure(
      greeted(broker, version_2(hex("cb 00 71 07"))).receives(PacketType::Connack).reason()));
  greeted(broker, version_1("203.0.113.8")).expects_connack();
}

}  // namespace
}  // namespace sluice::security
