// Classes: memory that grows before a Client is known, and memory that each odd packet leaks.

#include <gtest/gtest.h>

#include "security/test_broker.h"

namespace sluice::security {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;

/// Waits until the broker has closed all of them.
void await_the_end(std::vector<std::unique_ptr<Wire>>& wires) {
  const Deadline deadline = std::chrono::steady_clock::now() + 4 * kPatience;
  for (const auto& wire : wires) {
    std::string ignored;
    ReadStatus status = ReadStatus::Data;
    while (status == ReadStatus::Data) status = wire->read(ignored, deadline);
    if (status == ReadStatus::TimedOut) throw Surprise("the broker keeps a connection");
  }
}

// CVE-2017-7651, CVE-2023-0809 (a first packet other than CONNECT), CVE-2021-22116, -33175, -33176.
TEST(MemoryGrowthBeforeConnect, FollowsWhatArrivesAndNotWhatIsAnnounced) {
  constexpr std::size_t kSocketsOfEach = 100;
  TestBroker broker({.settings = {"mqtt.packet_size_max=256MiB", "mqtt.connect_timeout=2",
                                  "limits.half_open_per_address_max=0"}});
  const std::string announced = hex("ff ff ff 7f");  // 268'435'455 bytes
  const std::string start = hex("10") + announced + text("MQTT") + hex("05 02 00 00");
  // One that a broker with these settings takes, so that it waits for the rest.
  const std::string likely =
      hex("10") + variable_byte_integer(1024 * 1024) + text("MQTT") + hex("05 02 00 00");
  const std::vector<std::string> on_tcp = {
      likely + hex("ff ff 3f 26 ff ff") + std::string(3000, 'x'),  // a megabyte of properties
      likely + hex("00") + two_bytes(65'535) + std::string(3000, 'x'),
      start + hex("00") + two_bytes(65'535) + std::string(3000, 'x'),  // Client Identifier
      start + hex("ff ff ff 7f 26 ff ff") + std::string(3000, 'x'),    // User Property
      start + hex("11") + std::string(3000, '\0'),                     // other properties
      hex("30") + announced + text("t") + std::string(3000, 'x'),      // PUBLISH
      hex("f0") + announced + std::string(3000, 'x'),                  // AUTH
  };
  const std::vector<std::string> in_frames = {hex("82 ff 00 00 00 ff ff ff ff ff 12 34 56 78"),
                                              hex("02 ff 7f ff ff ff ff ff ff ff 12 34 56 78")};
  const std::size_t before = broker.resident_bytes();

  std::vector<std::unique_ptr<Wire>> wires;
  for (std::size_t i = 0; i < kSocketsOfEach; ++i) {
    for (const std::string& bytes : on_tcp) {
      wires.push_back(broker.dial());
      wires.back()->write(bytes);
    }
    for (const std::string& frame : in_frames) {
      auto wire = std::make_unique<WebSocketWire>(broker.port(Transport::WebSocket));
      wire->write_raw(frame + std::string(3000, 'x'));
      wires.push_back(std::move(wire));
    }
  }
  broker.expect_service();
  await_the_end(wires);

  if (!kIsSanitized) {
    EXPECT_LT(broker.peak_bytes(), before + 32 * kMiB) << "900 sockets with 3 KiB each";
  }
}

TEST(MemoryGrowthBeforeConnect, EndsAnUpgradeThatHasNoEnd) {
  TestBroker broker({.settings = {"mqtt.connect_timeout=2"}});
  const std::size_t before = broker.resident_bytes();

  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 50; ++i) {
    wires.push_back(std::make_unique<TcpWire>(broker.port(Transport::WebSocket)));
    wires.back()->write("GET /mqtt HTTP/1.1\r\nX: " + std::string(64 * 1024, 'x'));
  }
  await_the_end(wires);

  if (!kIsSanitized) {
    EXPECT_LT(broker.peak_bytes(), before + 16 * kMiB);
  }
  broker.expect_service();
}

struct Oddity {
  const char* name;
  std::string bytes;  // behind CONNECT
  bool ends = true;   // the connection
};

/// CVE-2023-3592 (properties of a Will), CVE-2021-34431, CVE-2023-28366 (QoS 2 without PUBREL).
std::vector<Oddity> oddities() {
  constexpr Version kV5 = Version::V5;
  Will will("w/t", "gone");
  will.user_property("k", std::string(200, 'v')).with(PropertyId::ContentType, "text");
  const std::string repeated =
      publish("q/2", std::string(200, 'x'), Qos::ExactlyOnce, 9).encode(kV5);
  return {
      {"a second CONNECT with a Will", connect_as("again").will(will).encode(kV5)},
      {"an alias out of range",
       publish(std::string(200, 't'), "x").with(PropertyId::TopicAlias, 60'000).encode(kV5)},
      {"a property twice", publish("t", "x")
                               .with(PropertyId::ContentType, "a")
                               .with(PropertyId::ContentType, "b")
                               .encode(kV5)},
      {"AUTH that nobody asked for",
       auth(ReasonCode::Reauthenticate).with(PropertyId::AuthenticationMethod, "m").encode(kV5)},
      {"SUBACK", hex("90 04 00 01 00 00")},
      {"a QoS 2 PUBLISH three times, no PUBREL", repeated + repeated + repeated, false},
      {"PUBREL of nothing", pubrel(77).encode(kV5), false},
      {"PUBREC of nothing", pubrec(78).encode(kV5), false},
      {"UNSUBSCRIBE of nothing", unsubscribe(5, {"no/such", "filter"}).encode(kV5), false},
      {"SUBSCRIBE to no filter", subscribe(6, {{.filter = "a/#/b"}, {.filter = "x#"}}).encode(kV5),
       false},
  };
}

/// The oddity on `count` connections that then end.
void repeat(const TestBroker& broker, const Oddity& oddity, unsigned count) {
  constexpr unsigned kAtATime = 50;
  for (unsigned done = 0; done < count; done += kAtATime) {
    std::vector<Peer> peers;
    for (unsigned i = 0; i < kAtATime; ++i) {
      peers.push_back(broker.peer());
      Will will("w/t", "gone");
      will.user_property("k", "v");
      peers.back().sends(connect_as("odd" + std::to_string(i)).will(will));
      peers.back().sends_bytes(oddity.bytes +
                               (oddity.ends ? "" : disconnect().encode(Version::V5)));
    }
    for (Peer& peer : peers) peer.bytes_until_closed();
  }
}

/// What warms up grows in one round or two, a leak in each: of 10 000 packets, by 50 bytes each.
bool settles(const TestBroker& broker, const Oddity& oddity) {
  for (int round = 0; round < 4; ++round) {
    const std::size_t before = broker.resident_bytes();
    repeat(broker, oddity, 10'000);
    if (broker.resident_bytes() < before + kMiB / 2) return true;
  }
  return false;
}

TEST(LeakPerOddPacket, IsNothing) {
  TestBroker broker({.settings = {"limits.half_open_per_address_max=0"}});
  for (const Oddity& oddity : oddities()) {
    repeat(broker, oddity, 200);  // all that LeakSanitizer needs
    if (!kIsSanitized) {
      EXPECT_TRUE(settles(broker, oddity)) << oddity.name;
    }
  }
  broker.expect_service();
}

}  // namespace
}  // namespace sluice::security
