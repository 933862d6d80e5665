#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::conformance {

enum class Transport : std::uint8_t { Tcp, WebSocket };

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr std::chrono::milliseconds kPatience{5000};

enum class ReadStatus : std::uint8_t { Data, Closed, TimedOut };

/// A blocking TCP socket. Errors of writing are left to be seen as `Closed` by the next read.
class Socket {
 public:
  /// Connects to 127.0.0.1; throws Surprise when nobody listens.
  explicit Socket(std::uint16_t port);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void write(std::string_view bytes);
  /// Appends what has arrived.
  ReadStatus read(std::string& out, Deadline deadline);
  /// Drops the connection so that the Server sees a failed network, not an orderly end.
  void reset();
  void close();

 private:
  int fd_ = -1;
};

/// The byte stream that carries MQTT.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual ReadStatus read(std::string& out, Deadline deadline) = 0;
  virtual void reset() = 0;
};

class TcpWire : public Wire {
 public:
  explicit TcpWire(std::uint16_t port) : socket_(port) {}
  void write(std::string_view bytes) override { socket_.write(bytes); }
  ReadStatus read(std::string& out, Deadline deadline) override {
    return socket_.read(out, deadline);
  }
  void reset() override { socket_.reset(); }

 private:
  Socket socket_;
};

enum class Opcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10
};

struct WebSocketFrame {
  bool fin = true;
  Opcode opcode = Opcode::Binary;
  std::string payload;
};

/// The Client's side of RFC 6455, small and blocking.
class WebSocketWire : public Wire {
 public:
  /// Shakes hands and demands status 101, the right Sec-WebSocket-Accept and the subprotocol asked
  /// for.
  explicit WebSocketWire(std::uint16_t port, std::string_view subprotocol = "mqtt");

  /// One binary frame.
  void write(std::string_view bytes) override;
  /// Payload of binary frames; answers PING, takes CLOSE for the end. Throws Surprise on text
  /// frames.
  ReadStatus read(std::string& out, Deadline deadline) override;
  void reset() override { socket_.reset(); }

  void write_frame(const WebSocketFrame& frame, bool masked = true);
  /// Bytes below the WebSocket protocol.
  void write_raw(std::string_view bytes) { socket_.write(bytes); }
  /// The next frame, whatever it is.
  ReadStatus read_frame(WebSocketFrame& out, Deadline deadline);

 private:
  bool cut_frame(WebSocketFrame& out);

  Socket socket_;
  std::string buffer_;
};

/// The bytes of one frame from a Client.
std::string encode_frame(const WebSocketFrame& frame, bool masked = true);

/// The request that opens a WebSocket; `extra` are more header lines, each with CR LF.
std::string upgrade_request(std::string_view path, std::string_view extra);

/// Reads an HTTP response up to its empty line; `rest` gets what came behind it. Throws Surprise.
std::string read_http_header(Socket& socket, std::string& rest);

}  // namespace sluice::conformance
