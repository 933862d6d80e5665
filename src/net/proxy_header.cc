#include "net/proxy_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace sluice::net {

namespace {

using Status = ProxyHeaderStatus;

constexpr std::string_view kBeginV1 = "PROXY ";
constexpr std::string_view kBeginV2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t kFixedV2 = 16;  // up to and with the length of what follows

bool may_begin(ByteView in, std::string_view begin) {
  const std::size_t size = std::min(in.size(), begin.size());
  return in.substr(0, size) == begin.substr(0, size);
}

bool is_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= 65'535;
}

/// Takes the text up to the next blank out of `line`.
std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

/// `line` is what stands between "PROXY " and the line's end.
Status parse_line(std::string_view line, ProxyHeader* header) {
  const std::string_view family = take_word(line);
  if (family == "UNKNOWN") return Status::Complete;  // the rest has to be ignored
  if (family != "TCP4" && family != "TCP6") return Status::Malformed;
  const bool is_v6 = family == "TCP6";
  const auto source = PeerAddress::parse(take_word(line), is_v6);
  const auto destination = PeerAddress::parse(take_word(line), is_v6);
  const std::string_view source_port = take_word(line);
  if (!source || !destination || !is_port(source_port) || !is_port(line)) return Status::Malformed;
  header->source = source;
  return Status::Complete;
}

Status parse_v1(ByteView in, ProxyHeader* header) {
  const std::size_t end = in.substr(0, kProxyHeaderV1Max).find("\r\n");
  if (end == ByteView::npos) {
    return in.size() < kProxyHeaderV1Max ? Status::Incomplete : Status::Malformed;
  }
  header->size = end + 2;
  return parse_line(in.substr(kBeginV1.size(), end - kBeginV1.size()), header);
}

unsigned byte_at(ByteView in, std::size_t at) {
  return static_cast<unsigned char>(in[at]);
}

/// `addresses` is what follows the fixed part: source, destination, ports, extensions.
Status parse_addresses(unsigned family, ByteView addresses, ProxyHeader* header) {
  switch (family) {
    case 0x00:  // unspecified
      return Status::Complete;
    case 0x11:  // TCP over IPv4
      if (addresses.size() < 12) return Status::Malformed;
      header->source = PeerAddress::from_v4(addresses.substr(0, 4));
      return Status::Complete;
    case 0x21:  // TCP over IPv6
      if (addresses.size() < 36) return Status::Malformed;
      header->source = PeerAddress::from_v6(addresses.substr(0, 16));
      return Status::Complete;
    case 0x31:  // a stream of this machine
      return addresses.size() < 216 ? Status::Malformed : Status::Complete;
    default:
      return Status::Malformed;
  }
}

Status parse_v2(ByteView in, ProxyHeader* header) {
  constexpr unsigned kLocal = 0x20;
  constexpr unsigned kProxy = 0x21;
  if (in.size() > kBeginV2.size()) {
    const unsigned command = byte_at(in, 12);
    if (command != kLocal && command != kProxy) return Status::Malformed;
  }
  if (in.size() < kFixedV2) return Status::Incomplete;
  const std::size_t size = kFixedV2 + byte_at(in, 14) * 256 + byte_at(in, 15);
  if (size > kProxyHeaderMax) return Status::Malformed;
  if (in.size() < size) return Status::Incomplete;
  header->size = size;
  if (byte_at(in, 12) == kLocal) return Status::Complete;
  return parse_addresses(byte_at(in, 13), in.substr(kFixedV2, size - kFixedV2), header);
}

}  // namespace

ProxyHeaderStatus parse_proxy_header(ByteView in, ProxyHeader* header) {
  *header = {};
  if (may_begin(in, kBeginV1)) {
    return in.size() < kBeginV1.size() ? Status::Incomplete : parse_v1(in, header);
  }
  if (may_begin(in, kBeginV2)) return parse_v2(in, header);
  return Status::Malformed;
}

}  // namespace sluice::net
