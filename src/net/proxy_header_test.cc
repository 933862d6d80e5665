#include "net/proxy_header.h"

#include <gtest/gtest.h>

namespace sluice::net {
namespace {

using Status = ProxyHeaderStatus;

std::string v2(unsigned char command, unsigned char family, const std::string& rest) {
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header += static_cast<char>(command);
  header += static_cast<char>(family);
  header += static_cast<char>(rest.size() >> 8);
  header += static_cast<char>(rest.size() & 0xFF);
  return header + rest;
}

const std::string kV4Addresses("\xC0\x00\x02\x01\x0A\x00\x00\x01\x12\x34\x07\x5B", 12);
const std::string kV6Addresses = "\x20\x01\x0D\xB8" + std::string(11, '\0') + "\x05" +
                                 std::string(16, '\x01') + "\x12\x34\x07\x5B";

TEST(ProxyHeader, OfVersion1NamesTheSource) {
  ProxyHeader header;
  const std::string line = "PROXY TCP4 192.0.2.1 10.0.0.1 4660 1883\r\n";

  ASSERT_EQ(parse_proxy_header(line + "\x10", &header), Status::Complete);
  EXPECT_EQ(header.size, line.size());
  EXPECT_EQ(header.source->to_string(), "192.0.2.1");

  ASSERT_EQ(parse_proxy_header("PROXY TCP6 2001:db8::5 ::1 65535 0\r\n", &header),
            Status::Complete);
  EXPECT_EQ(header.source->to_string(), "2001:db8::5");
}

TEST(ProxyHeader, OfAnUnknownConnectionLeavesTheSocketsAddress) {
  ProxyHeader header;
  for (const char* line : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it says\r\n"}) {
    EXPECT_EQ(parse_proxy_header(line, &header), Status::Complete) << line;
    EXPECT_FALSE(header.source);
  }
}

TEST(ProxyHeader, OfVersion1IsRefusedWhenItIsNotExact) {
  const std::vector<std::string> lines{
      "PROXY \r\n",
      "PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1\r\n",
      "PROXY TCP4 ::1 ::1 1 1\r\n",
      "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4  1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 -1 1\r\n",
      "PROXY " + std::string(101, 'x'),
      "proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n",
      "\x10\x0C",
      "GET / HTTP/1.1\r\n",
  };
  ProxyHeader header;
  for (const auto& line : lines) {
    EXPECT_EQ(parse_proxy_header(line, &header), Status::Malformed) << line;
  }
}

TEST(ProxyHeader, OfVersion2NamesTheSource) {
  ProxyHeader header;

  ASSERT_EQ(parse_proxy_header(v2(0x21, 0x11, kV4Addresses), &header), Status::Complete);
  EXPECT_EQ(header.size, 28U);
  EXPECT_EQ(header.source->to_string(), "192.0.2.1");

  ASSERT_EQ(parse_proxy_header(v2(0x21, 0x21, kV6Addresses), &header), Status::Complete);
  EXPECT_EQ(header.source->to_string(), "2001:db8::5");
}

TEST(ProxyHeader, OfVersion2SkipsExtensions) {
  ProxyHeader header;
  const std::string with_tls = kV4Addresses + std::string("\x20\x00\x05\x01\x00\x00\x00\x00", 8);

  ASSERT_EQ(parse_proxy_header(v2(0x21, 0x11, with_tls) + "MQTT", &header), Status::Complete);
  EXPECT_EQ(header.size, 36U);
  EXPECT_EQ(header.source->to_string(), "192.0.2.1");
}

TEST(ProxyHeader, OfVersion2MayNameNobody) {
  ProxyHeader header;
  for (const auto& bytes : {v2(0x20, 0x00, ""), v2(0x20, 0x11, kV4Addresses),
                            v2(0x21, 0x00, "anything"), v2(0x21, 0x31, std::string(216, 'u'))}) {
    EXPECT_EQ(parse_proxy_header(bytes, &header), Status::Complete);
    EXPECT_EQ(header.size, bytes.size());
    EXPECT_FALSE(header.source);
  }
}

TEST(ProxyHeader, OfVersion2IsRefusedWhenItIsNotExact) {
  ProxyHeader header;
  for (const auto& bytes :
       {v2(0x11, 0x11, kV4Addresses), v2(0x22, 0x11, kV4Addresses), v2(0x21, 0x12, kV4Addresses),
        v2(0x21, 0x11, kV4Addresses.substr(1)), v2(0x21, 0x21, kV4Addresses),
        v2(0x21, 0x31, "short"), v2(0x21, 0x41, kV4Addresses),
        v2(0x21, 0x11, std::string(kProxyHeaderMax, 'x')).substr(0, 16)}) {
    EXPECT_EQ(parse_proxy_header(bytes, &header), Status::Malformed);
  }
}

TEST(ProxyHeader, IsIncompleteUntilItsLastByte) {
  for (const auto& bytes : {std::string("PROXY TCP4 192.0.2.1 10.0.0.1 4660 1883\r\n"),
                            v2(0x21, 0x11, kV4Addresses), v2(0x21, 0x21, kV6Addresses)}) {
    ProxyHeader header;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_EQ(parse_proxy_header(ByteView(bytes).substr(0, size), &header), Status::Incomplete)
          << size;
    }
  }
}

}  // namespace
}  // namespace sluice::net
