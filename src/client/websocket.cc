#include "client/websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sluice::client {
namespace {

constexpr std::uint8_t kContinuation = 0x0;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kPing = 0x9;
constexpr std::uint8_t kPong = 0xA;
constexpr std::size_t kResponseBytesMax = 16 * 1024;
constexpr std::size_t kControlPayloadMax = 125;  // RFC 6455 5.5

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string out(4 * ((size + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// RFC 6455 4.2.2, item 5.4.
std::string accept_value(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64(digest.data(), digest.size());
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

/// The value of the header field `name`, empty if absent.
std::string_view header_value(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::size_t from = at + 2;
    at = head.find("\r\n", from);
    const std::string_view line = head.substr(from, at - from);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equal_ignoring_case(line.substr(0, colon), name))
      continue;
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    const std::size_t last = line.find_last_not_of(" \t");
    return first == std::string_view::npos ? "" : line.substr(first, last + 1 - first);
  }
  return {};
}

std::size_t header_size(std::string_view header) {
  if (header.size() < 2) return 2;
  const auto length = static_cast<std::uint8_t>(header[1]) & 0x7F;
  return length == 126 ? 4 : length == 127 ? 10 : 2;
}

std::uint64_t payload_size(std::string_view header) {
  if (header.size() == 2) return static_cast<std::uint8_t>(header[1]) & 0x7F;
  std::uint64_t size = 0;
  for (const char byte : header.substr(2)) size = size << 8 | static_cast<std::uint8_t>(byte);
  return size;
}

void apply_mask(char* data, std::size_t size, std::uint32_t mask) {
  const std::uint64_t wide = static_cast<std::uint64_t>(mask) << 32 | mask;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + i, 8);
    word ^= wide;
    std::memcpy(data + i, &word, 8);
  }
  for (; i < size; ++i)
    data[i] = static_cast<char>(data[i] ^ static_cast<char>(mask >> 8 * (i % 4)));
}

}  // namespace

std::uint32_t WebSocket::next_mask() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<std::uint32_t>(random_ >> 16);
}

std::string WebSocket::make_request(std::string_view host, std::string_view path) {
  std::array<unsigned char, 16> nonce{};
  for (auto& byte : nonce) byte = static_cast<unsigned char>(next_mask());
  key_ = base64(nonce.data(), nonce.size());
  std::string request = "GET ";
  request.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  request += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  request += "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: " + key_ + "\r\n\r\n";
  return request;
}

Result<std::size_t> WebSocket::read_response(std::string_view in) const {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (in.size() > kResponseBytesMax) return failure("the answer to the upgrade is too long");
    return 0;
  }
  const std::string_view head = in.substr(0, end);
  if (!head.starts_with("HTTP/1.1 101")) {
    return failure("the server refused the upgrade: " +
                   std::string(head.substr(0, head.find("\r\n"))));
  }
  if (header_value(head, "Sec-WebSocket-Accept") != accept_value(key_)) {
    return failure("the server's Sec-WebSocket-Accept does not fit our key");
  }
  if (header_value(head, "Sec-WebSocket-Protocol") != "mqtt") {
    return failure("the server does not speak the subprotocol mqtt");
  }
  return end + 4;
}

Result<void> WebSocket::begin_frame(std::string& control) {
  const auto first = static_cast<std::uint8_t>(header_[0]);
  const auto second = static_cast<std::uint8_t>(header_[1]);
  opcode_ = first & 0x0F;
  payload_left_ = payload_size(header_);
  if ((first & 0x70) != 0) return failure("the server set a reserved WebSocket bit");
  if ((second & 0x80) != 0) return failure("the server sent a masked WebSocket frame");
  header_.clear();
  if (opcode_ == kBinary || opcode_ == kContinuation) return {};
  if (opcode_ != kClose && opcode_ != kPing && opcode_ != kPong) {
    return failure("the server sent a WebSocket frame that is not binary");  // [MQTT5-6.0.0-1]
  }
  if (payload_left_ > kControlPayloadMax) return failure("a WebSocket control frame is too long");
  control_payload_.clear();
  return payload_left_ == 0 ? end_control_frame(control) : Result<void>{};
}

Result<void> WebSocket::end_control_frame(std::string& control) {
  if (opcode_ == kClose) return failure("the server closed the WebSocket");
  if (opcode_ == kPing) append_frame(control, kPong, control_payload_);
  return {};
}

Result<std::size_t> WebSocket::unwrap(char* data, std::size_t size, std::string& control) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < size;) {
    if (payload_left_ == 0) {
      header_ += data[at++];
      if (header_.size() < 2 || header_.size() < header_size(header_)) continue;
      if (auto begun = begin_frame(control); !begun) return tl::unexpected(begun.error());
      continue;
    }
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, size - at));
    if (opcode_ >= kClose) {
      control_payload_.append(data + at, part);
    } else {
      std::memmove(data + kept, data + at, part);
      kept += part;
    }
    at += part;
    payload_left_ -= part;
    if (payload_left_ == 0 && opcode_ >= kClose) {
      if (auto ended = end_control_frame(control); !ended) return tl::unexpected(ended.error());
    }
  }
  return kept;
}

void WebSocket::append_frame(std::string& out, std::uint8_t opcode, std::string_view payload) {
  const std::size_t from = out.size();
  out.append(payload);
  wrap(out, from);
  out[from] = static_cast<char>(0x80 | opcode);
}

void WebSocket::wrap(std::string& out, std::size_t from) {
  const std::size_t size = out.size() - from;
  const std::uint32_t mask = next_mask();
  std::array<char, 14> header{};
  std::size_t length = 0;
  header[length++] = static_cast<char>(0x80 | kBinary);
  const std::size_t width = size < 126 ? 0 : size < 65'536 ? 2 : 8;
  header[length++] = static_cast<char>(0x80 | (width == 0 ? size : width == 2 ? 126 : 127));
  for (std::size_t i = width; i > 0; --i) header[length++] = static_cast<char>(size >> 8 * (i - 1));
  std::memcpy(header.data() + length, &mask, 4);
  length += 4;
  apply_mask(out.data() + from, size, mask);
  out.insert(from, header.data(), length);
}

}  // namespace sluice::client
