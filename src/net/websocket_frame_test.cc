#include "net/websocket_frame.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::net {
namespace {

using Step = WebSocketDecoder::Step;
constexpr std::string_view kMask = "\x11\x92\x3A\xF4";

/// A client's frame; first_byte holds FIN and opcode.
std::string frame(unsigned first_byte, std::string_view payload) {
  std::string bytes(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    bytes += "\xFE";
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xFF);
  } else {
    bytes += "\xFF";
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>(payload.size() >> shift);
  }
  bytes += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes += static_cast<char>(payload[i] ^ kMask[i % 4]);
  }
  return bytes;
}

struct Decoded {
  std::string payload;
  std::vector<std::string> pings;
  Step last = Step::NeedMore;
  WebSocketStatus status = WebSocketStatus::Normal;
};

/// Feeds `bytes` in pieces of `piece` bytes.
Decoded decode(std::string bytes, std::size_t piece, std::uint64_t payload_max = 1 << 20) {
  WebSocketDecoder decoder(payload_max);
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::string part = bytes.substr(at, piece);
    char* in = part.data();
    char* out = part.data();
    do {
      decoded.last = decoder.next(&in, part.data() + part.size(), &out);
      if (decoded.last == Step::Ping) decoded.pings.emplace_back(decoder.control());
    } while (decoded.last == Step::Ping || decoded.last == Step::Pong);
    decoded.payload.append(part.data(), out);
    decoded.status = decoder.status();
    if (decoded.last != Step::NeedMore) break;
  }
  return decoded;
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(WebSocketDecoder, JoinsPayloadsHoweverTheBytesWereCut) {
  const std::string stream = random_bytes(1000);
  const std::string bytes = frame(0x82, stream.substr(0, 3)) + frame(0x82, "") +
                            frame(0x82, stream.substr(3, 125)) + frame(0x82, stream.substr(128));

  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 64UL, 2000UL}) {
    EXPECT_EQ(decode(bytes, piece).payload, stream) << piece;
  }
}

TEST(WebSocketDecoder, TakesEveryLengthForm) {
  for (const std::size_t size : {0UL, 125UL, 126UL, 127UL, 0xFFFFUL, 0x10000UL, 200'000UL}) {
    const std::string payload = random_bytes(size);
    EXPECT_EQ(decode(frame(0x82, payload), 1UL << 20).payload, payload) << size;
  }
}

TEST(WebSocketDecoder, JoinsFragmentsAndReportsPingsInBetween) {
  const std::string bytes = frame(0x02, "one ") + frame(0x89, "are you there") +
                            frame(0x00, "two ") + frame(0x8A, "") + frame(0x80, "three");

  for (const std::size_t piece : {1UL, 5UL, 1000UL}) {
    const Decoded decoded = decode(bytes, piece);
    EXPECT_EQ(decoded.payload, "one two three");
    EXPECT_EQ(decoded.pings, std::vector<std::string>{"are you there"});
    EXPECT_EQ(decoded.last, Step::NeedMore);
  }
}

TEST(WebSocketDecoder, ReportsTheStatusOfAClose) {
  EXPECT_EQ(decode(frame(0x88, ""), 100).status, WebSocketStatus::NoStatus);
  const Decoded decoded = decode(frame(0x82, "x") + frame(0x88, "\x03\xE9 going") + "junk", 100);
  EXPECT_EQ(decoded.last, Step::Close);
  EXPECT_EQ(decoded.status, WebSocketStatus::GoingAway);
  EXPECT_EQ(decoded.payload, "x");
}

struct Violation {
  const char* what;
  std::string bytes;
  WebSocketStatus status;
};

TEST(WebSocketDecoder, RefusesViolationsWithTheirStatus) {
  const std::string unmasked("\x82\x01x", 3);
  const std::string long_ping = frame(0x89, std::string(126, 'p'));
  const std::string too_long_form_16 = std::string("\x82\xFE\x00\x7D", 4) + std::string(kMask);
  const std::string too_long_form_64 =
      std::string("\x82\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF", 10) + std::string(kMask);
  const std::string negative = std::string("\x82\xFF\x80\0\0\0\0\0\0\0", 10) + std::string(kMask);
  const std::vector<Violation> violations{
      {"text", frame(0x81, "x"), WebSocketStatus::UnsupportedData},
      {"unmasked", unmasked, WebSocketStatus::ProtocolError},
      {"reserved bit", frame(0xC2, "x"), WebSocketStatus::ProtocolError},
      {"unknown data opcode", frame(0x83, "x"), WebSocketStatus::ProtocolError},
      {"unknown control opcode", frame(0x8B, "x"), WebSocketStatus::ProtocolError},
      {"continuation of nothing", frame(0x80, "x"), WebSocketStatus::ProtocolError},
      {"new message inside a message", frame(0x02, "x") + frame(0x82, "y"),
       WebSocketStatus::ProtocolError},
      {"fragmented ping", frame(0x09, "x"), WebSocketStatus::ProtocolError},
      {"long ping", long_ping, WebSocketStatus::ProtocolError},
      {"16 bit length that fits 7", too_long_form_16, WebSocketStatus::ProtocolError},
      {"64 bit length that fits 16", too_long_form_64, WebSocketStatus::ProtocolError},
      {"length with the highest bit", negative, WebSocketStatus::ProtocolError},
      {"close with one byte", frame(0x88, "x"), WebSocketStatus::ProtocolError},
      {"close with 1005", frame(0x88, "\x03\xED"), WebSocketStatus::ProtocolError},
      {"too big", frame(0x82, std::string(2000, 'x')), WebSocketStatus::TooBig},
  };
  for (const Violation& violation : violations) {
    for (const std::size_t piece : {1UL, 4096UL}) {
      const Decoded decoded = decode(violation.bytes, piece, 1999);
      EXPECT_EQ(decoded.last, Step::Violation) << violation.what;
      EXPECT_EQ(decoded.status, violation.status) << violation.what;
    }
  }
}

TEST(WebSocketHeader, HasTheShortestLengthForm) {
  char out[kWebSocketHeaderMax];
  const auto header = [&](std::uint64_t size) {
    return std::string(out, write_websocket_header(out, WebSocketOpcode::Binary, size));
  };

  EXPECT_EQ(header(125), std::string("\x82\x7D", 2));
  EXPECT_EQ(header(126), std::string("\x82\x7E\x00\x7E", 4));
  EXPECT_EQ(header(0xFFFF), std::string("\x82\x7E\xFF\xFF", 4));
  EXPECT_EQ(header(0x10000), std::string("\x82\x7F\0\0\0\0\0\x01\0\0", 10));
}

TEST(WebSocketHeader, CloseFrameCarriesItsStatus) {
  EXPECT_EQ(make_close_frame(WebSocketStatus::Normal), std::string("\x88\x02\x03\xE8", 4));
  EXPECT_EQ(make_close_frame(WebSocketStatus::NoStatus), std::string("\x88\x00", 2));
}

}  // namespace
}  // namespace sluice::net
