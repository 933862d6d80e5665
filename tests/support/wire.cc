#include "support/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "support/packets.h"
#include "support/received.h"

namespace sluice::conformance {

namespace {

using namespace std::chrono_literals;

// The example of RFC 6455 1.3, so that the answer is known without computing it.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view kMask = "\x12\x34\x56\x78";

int milliseconds_until(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return left.count() < 0 ? 0 : static_cast<int>(left.count()) + 1;
}

unsigned octet(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return text;
}

}  // namespace

Socket::Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fd_, generic, sizeof address) != 0) {
    close();
    throw Surprise("nobody listens on port " + std::to_string(port));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Socket::~Socket() {
  close();
}

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Socket::reset() {
  if (fd_ < 0) return;
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Socket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

ReadStatus Socket::read(std::string& out, Deadline deadline) {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, milliseconds_until(deadline)) <= 0) return ReadStatus::TimedOut;
  std::array<char, 65'536> chunk;
  const ssize_t n = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (n <= 0) return ReadStatus::Closed;
  out.append(chunk.data(), static_cast<std::size_t>(n));
  return ReadStatus::Data;
}

std::string upgrade_request(std::string_view path, std::string_view extra) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
         std::string(kKey) + "\r\n" + std::string(extra) + "\r\n";
}

std::string read_http_header(Socket& socket, std::string& rest) {
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  std::string in;
  std::size_t end = std::string::npos;
  while ((end = in.find("\r\n\r\n")) == std::string::npos) {
    if (socket.read(in, deadline) != ReadStatus::Data) throw Surprise("no HTTP response: " + in);
  }
  rest = in.substr(end + 4);
  return in.substr(0, end + 4);
}

WebSocketWire::WebSocketWire(std::uint16_t port, std::string_view subprotocol) : socket_(port) {
  socket_.write(
      upgrade_request("/mqtt", "Sec-WebSocket-Protocol: " + std::string(subprotocol) + "\r\n"));
  const std::string header = read_http_header(socket_, buffer_);
  const std::string names = lower(header);
  const std::string wanted = "\r\nsec-websocket-protocol: " + std::string(subprotocol) + "\r\n";
  if (header.find(" 101 ") == std::string::npos || header.find(kAccept) == std::string::npos ||
      names.find(wanted) == std::string::npos) {
    throw Surprise("WebSocket refused: " + header);
  }
}

std::string encode_frame(const WebSocketFrame& frame, bool masked) {
  const std::size_t size = frame.payload.size();
  const unsigned mask_bit = masked ? 0x80 : 0;
  std::string out;
  const auto put = [&out](std::size_t byte) { out += static_cast<char>(byte & 0xFF); };
  put((frame.fin ? 0x80U : 0U) | static_cast<unsigned>(frame.opcode));
  if (size < 126) {
    put(mask_bit | size);
  } else if (size < 65'536) {
    put(mask_bit | 126);
    out += two_bytes(static_cast<std::uint32_t>(size));
  } else {
    put(mask_bit | 127);
    out += four_bytes(0) + four_bytes(static_cast<std::uint32_t>(size));
  }
  if (!masked) return out + frame.payload;
  out += kMask;
  for (std::size_t i = 0; i < size; ++i) put(octet(frame.payload, i) ^ octet(kMask, i % 4));
  return out;
}

void WebSocketWire::write(std::string_view bytes) {
  write_frame({true, Opcode::Binary, std::string(bytes)});
}

void WebSocketWire::write_frame(const WebSocketFrame& frame, bool masked) {
  socket_.write(encode_frame(frame, masked));
}

bool WebSocketWire::cut_frame(WebSocketFrame& out) {
  if (buffer_.size() < 2) return false;
  if ((octet(buffer_, 1) & 0x80) != 0) throw Surprise("the Server masks its frames");
  std::size_t size = octet(buffer_, 1) & 0x7F;
  std::size_t header = 2;
  const std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (buffer_.size() < header + length_bytes) return false;
  if (length_bytes > 0) size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) size = size << 8 | octet(buffer_, header + i);
  header += length_bytes;
  if (buffer_.size() < header + size) return false;
  out.fin = (octet(buffer_, 0) & 0x80) != 0;
  if ((octet(buffer_, 0) & 0x70) != 0) throw Surprise("WebSocket frame with reserved bits");
  out.opcode = static_cast<Opcode>(octet(buffer_, 0) & 0x0F);
  out.payload = buffer_.substr(header, size);
  buffer_.erase(0, header + size);
  return true;
}

ReadStatus WebSocketWire::read_frame(WebSocketFrame& out, Deadline deadline) {
  while (!cut_frame(out)) {
    const ReadStatus status = socket_.read(buffer_, deadline);
    if (status != ReadStatus::Data) return status;
  }
  return ReadStatus::Data;
}

ReadStatus WebSocketWire::read(std::string& out, Deadline deadline) {
  WebSocketFrame frame;
  while (true) {
    const ReadStatus status = read_frame(frame, deadline);
    if (status != ReadStatus::Data) return status;
    switch (frame.opcode) {
      case Opcode::Binary:
      case Opcode::Continuation:
        out += frame.payload;
        return ReadStatus::Data;
      case Opcode::Ping:
        write_frame({true, Opcode::Pong, frame.payload});
        break;
      case Opcode::Pong:
        break;
      case Opcode::Close:
        return ReadStatus::Closed;
      default:
        throw Surprise("MQTT in a frame that is not binary");  // [MQTT5-6.0.0-1]
    }
  }
}

}  // namespace sluice::conformance
