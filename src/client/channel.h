#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/endpoint.h"
#include "client/event_loop.h"
#include "client/tls.h"
#include "client/websocket.h"
#include "mqtt/codec/frame.h"

namespace sluice::client {

class Channel;

/// What becomes of one Network Connection. A listener may `close()` its channel in any of these
/// calls, but not destroy it.
class ChannelListener {
 public:
  virtual ~ChannelListener() = default;
  /// Bytes can be sent: TCP is connected and a WebSocket is upgraded.
  virtual void on_open() = 0;
  /// One control packet; the views are valid during the call.
  virtual void on_frame(const mqtt::Frame& frame) = 0;
  /// One read of the socket has been cut into frames.
  virtual void on_batch_end() {}
  /// The connection is gone, for a reason in words; not called after `close()`.
  virtual void on_closed(const std::string& why) = 0;
};

/// One non-blocking Network Connection over TCP or WebSocket, with or without TLS.
///
/// Lives on   the thread of its loop.
/// Memory     while idle no buffers, only this object (and a WebSocket's state).
/// Sending    appends to `output()` then `send_soon()`: one write per channel and turn.
class Channel final : public EventTarget {
 public:
  Channel(EventLoop& loop, ChannelListener& listener) : loop_(loop), listener_(listener) {}
  ~Channel() override { close(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Starts to connect; on_open or on_closed follows from the loop.
  /// Errors: no descriptor, no port, or an immediate refusal.
  [[nodiscard]] Result<void> open(const Endpoint& endpoint, const SocketAddress& address);
  void close();
  bool is_open() const { return state_ == State::Open; }
  bool is_closed() const { return state_ == State::Closed; }

  /// Bytes that wait to be sent. Append only.
  std::string& output() { return output_; }
  void send_soon() {
    if (!dirty_) {
      dirty_ = true;
      loop_.mark_dirty(*this);
    }
  }
  /// Sends now rather than at the end of the turn.
  void flush();
  std::size_t unsent_bytes() const { return output_.size() - sent_; }

  void on_events(std::uint32_t events) override;

 private:
  enum class State : std::uint8_t { Closed, Connecting, Handshaking, Upgrading, Open };

  void on_connected();
  void on_handshake();
  void on_secured();
  ssize_t read_some(char* data, std::size_t size);
  ssize_t write_some(const char* data, std::size_t size);
  std::string error_text() const;
  void on_readable();
  void read_large();
  void on_read_failed(ssize_t result);
  std::size_t read_upgrade(std::string_view bytes);
  std::size_t unwrap(char* data, std::size_t from, std::size_t end);
  std::size_t take_frames(std::string_view bytes);
  void keep_rest(std::string_view rest);
  void wrap_output();
  void fail(const std::string& why);
  void want_write(bool wanted);

  EventLoop& loop_;
  ChannelListener& listener_;
  std::string output_;
  std::string rest_;  // the front part of a packet
  std::unique_ptr<WebSocket> web_socket_;
  std::unique_ptr<TlsSession> tls_;
  std::size_t sent_ = 0;    // bytes of output_ the kernel has
  std::size_t framed_ = 0;  // WebSocket: bytes of output_ that are frames already
  int fd_ = -1;
  State state_ = State::Closed;
  bool dirty_ = false;
  bool wants_write_ = false;
  bool is_drained_ = true;  // nothing was left to read
};

/// Lets this process open as many descriptors as the system allows; returns how many.
std::size_t raise_descriptor_limit();

}  // namespace sluice::client
