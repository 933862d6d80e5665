// Class: a truncated or over-long field makes a decoder read or write behind a packet. NanoMQ
// #1042, #1155, #1722, #2270, CVE-2026-21888 (a length of five bytes), CVE-2026-25627 (WebSocket).

#include <array>
#include <functional>

#include "mqtt/codec/sample_packets_for_test.h"
#include "security/test_broker.h"

namespace sluice::security {
namespace {

constexpr std::array kVersions{Version::V31, Version::V311, Version::V5};
constexpr std::size_t kConnectionsAtATime = 64;

/// One packet of each type and shape, from Clients and from Servers.
std::vector<std::string> whole_packets(Version version) {
  std::vector<std::string> packets;
  for (const auto& sample : mqtt::testing::samples_of(version)) packets.push_back(sample.bytes);
  return packets;
}

std::string body_of(const std::string& packet) {
  return std::string(mqtt::testing::frame_of(packet).body);
}

unsigned first_byte_of(const std::string& packet) {
  return static_cast<unsigned char>(packet[0]);
}

/// Damaged forms whose Remaining Length says where the packet ends: so a broker can answer.
std::vector<std::string> damaged_forms(const std::string& packet) {
  const std::string body = body_of(packet);
  std::vector<std::string> forms;
  for (std::size_t size = 0; size < body.size(); ++size) {
    forms.push_back(frame(first_byte_of(packet), body.substr(0, size)));
  }
  for (std::size_t i = 0; i < body.size(); ++i) {  // one of them is the length of each field
    std::string changed = body;
    changed[i] = '\xff';
    forms.push_back(frame(first_byte_of(packet), changed));
  }
  forms.push_back(packet.substr(0, 1) + hex("80 80 80 80 01") + body);
  forms.push_back(packet.substr(0, 1) + hex("ff ff ff ff ff") + body);
  return forms;
}

/// Those that take what follows them for their own bytes.
std::vector<std::string> greedy_forms(const std::string& packet) {
  const std::string body = body_of(packet);
  std::vector<std::string> forms;
  for (std::uint32_t more = 1; more <= 3; ++more) {
    const auto size = static_cast<std::uint32_t>(body.size()) + more;
    forms.push_back(packet.substr(0, 1) + variable_byte_integer(size) + body);
  }
  return forms;
}

/// A connection ends, or its last PINGREQ is answered: then the broker has seen all of it.
void await_the_last_word(Wire& wire) {
  const Deadline deadline = std::chrono::steady_clock::now() + 4 * kPatience;
  std::string in;
  while (true) {
    for (std::size_t size = 0; (size = packet_size(in)) != 0; in.erase(0, size)) {
      if (first_byte_of(in) == 0xD0) return;
    }
    const ReadStatus status = wire.read(in, deadline);
    if (status == ReadStatus::Closed) return;
    if (status == ReadStatus::TimedOut) throw Surprise("neither an answer nor an end");
  }
}

/// Each stream on a connection of its own, many at a time.
void play(const TestBroker& broker, Transport transport, const std::vector<std::string>& streams,
          const std::function<void(Wire&)>& finish) {
  for (std::size_t next = 0; next < streams.size();) {
    std::vector<std::unique_ptr<Wire>> wires;
    for (; next < streams.size() && wires.size() < kConnectionsAtATime; ++next) {
      wires.push_back(broker.dial(transport));
      wires.back()->write(streams[next]);
    }
    for (const auto& wire : wires) finish(*wire);
  }
}

/// Behind an accepted CONNECT, except where the packet is one.
std::string introduced(const std::string& packet, Version version) {
  static unsigned clients = 0;
  if (first_byte_of(packet) == 0x10) return packet;
  return connect_as("m" + std::to_string(++clients)).version(version).encode(version) + packet;
}

TEST(TruncatedOrOverlongField, IsRefusedByTheDecoderWithoutAByteTooMany) {
  std::size_t tried = 0;
  for (const Version version : kVersions) {
    for (const std::string& packet : whole_packets(version)) {
      const std::string body = body_of(packet);
      for (std::size_t i = 0; i < body.size(); ++i) {
        for (unsigned value = 0; value < 256; value += 3) {
          std::string bytes = body;
          bytes[i] = static_cast<char>(value);
          // An allocation of just this size lets AddressSanitizer see a read behind the body.
          const std::unique_ptr<char[]> exact(new char[bytes.size()]);
          bytes.copy(exact.get(), bytes.size());
          const mqtt::Frame damaged{static_cast<PacketType>(first_byte_of(packet) >> 4),
                                    static_cast<std::uint8_t>(first_byte_of(packet) & 15),
                                    ByteView(exact.get(), bytes.size()), bytes.size() + 2};
          const ReasonCode reason =
              mqtt::testing::decode_any(damaged, version, false, [](const auto&) {});
          EXPECT_TRUE(reason == ReasonCode::Success || mqtt::is_failure(reason));
          ++tried;
        }
      }
    }
  }
  EXPECT_GE(tried, 20'000U);
}

class TruncatedOrOverlongField : public ::testing::TestWithParam<Transport> {};

TEST_P(TruncatedOrOverlongField, OfEachPacketTypeHurtsNobody) {
  TestBroker broker({.settings = {"limits.half_open_per_address_max=0"}});
  std::vector<std::string> streams;
  for (const Version version : kVersions) {
    for (const std::string& packet : whole_packets(version)) {
      for (const std::string& damaged : damaged_forms(packet)) {
        streams.push_back(introduced(damaged, version) + pingreq().bytes);
      }
      for (const std::string& damaged : greedy_forms(packet)) {
        // The first one or two PINGREQ are eaten.
        streams.push_back(introduced(damaged, version) + hex("c000 c000 c000"));
      }
    }
  }

  EXPECT_GE(streams.size(), 1'000U);
  play(broker, GetParam(), streams, await_the_last_word);

  broker.expect_service();
}

TEST_P(TruncatedOrOverlongField, InAStreamThatEndsAtEachByteHurtsNobody) {
  TestBroker broker({.settings = {"limits.half_open_per_address_max=0"}});
  std::vector<std::string> streams;
  for (const Version version : kVersions) {
    for (const std::string& packet : whole_packets(version)) {
      for (std::size_t size = 1; size < packet.size(); ++size) {
        streams.push_back(introduced(packet, version));
        streams.back().resize(streams.back().size() - (packet.size() - size));
      }
    }
  }

  play(broker, GetParam(), streams, [](Wire&) {});

  broker.expect_service();
}

INSTANTIATE_TEST_SUITE_P(Over, TruncatedOrOverlongField,
                         ::testing::Values(Transport::Tcp, Transport::WebSocket),
                         [](const auto& test) {
                           return test.param == Transport::Tcp ? "Tcp" : "WebSocket";
                         });

TEST(TruncatedOrOverlongWebSocketFrame, HurtsNobody) {
  TestBroker broker;
  const std::string whole =
      encode_frame({true, Opcode::Binary, connect_as("ws").encode(Version::V5)});
  std::vector<std::string> frames;
  for (std::size_t size = 1; size < whole.size(); ++size) frames.push_back(whole.substr(0, size));
  for (unsigned first = 0; first < 256; ++first) {  // each opcode, with each reserved bit
    frames.push_back(std::string(1, static_cast<char>(first)) + whole.substr(1));
  }
  for (const char* header : {"82 ff 7f ff ff ff ff ff ff ff", "82 ff ff ff ff ff ff ff ff ff",
                             "82 ff 00 00 00 00 00 00 00 01", "82 fe 00 01", "82 fe 00 00",
                             "89 fe 00 7e", "88 81", "82 05", "00 80", "82 80"}) {
    frames.push_back(hex(header) + hex("12 34 56 78") + "rest");
  }
  // A Remaining Length that says more, and less, than the frame holds.
  frames.push_back(encode_frame({true, Opcode::Binary, hex("10 ff ff ff 7f 00 04")}));
  frames.push_back(encode_frame({true, Opcode::Binary, hex("10 00 00 04")}));

  for (const std::string& bytes : frames) {
    WebSocketWire wire(broker.port(Transport::WebSocket));
    wire.write_raw(bytes);
  }

  broker.expect_service();
}

}  // namespace
}  // namespace sluice::security
