#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/connection.h"

namespace sluice::net::testing {

/// A shard without a core: it keeps what the connection tells and plays the core's part by `core`.
class FakeHost final : public ConnectionHost {
 public:
  FakeHost() {
    loop = &loop_;
    timers = &timers_;
    settings = &test_settings;
    read_buffer = {buffer_.data(), buffer_.size()};
    record_buffer = {record_.data(), record_.size()};
    now = Instant{milliseconds{1000}};
    test_settings.limits.output_high_watermark = 64 * 1024;
    test_settings.limits.output_low_watermark = 16 * 1024;
  }
  ~FakeHost() { connection.reset(); }

  /// Runs the loop for what is ready and destroys what retired.
  void turn() {
    loop_.run_once(milliseconds{0});
    for (Connection* again : std::exchange(to_redeliver, {})) again->redeliver();
    for (Connection* again : std::exchange(to_read, {})) again->read_buffered();
    if (has_retired) connection.reset();
  }
  void advance(milliseconds by) {
    now += by;
    timers_.advance(now);
    if (has_retired) connection.reset();
  }

  broker::ServerConnection* open(broker::Link&) override {
    ++opened;
    return refuses ? nullptr : reinterpret_cast<broker::ServerConnection*>(this);
  }
  std::size_t on_bytes(broker::ServerConnection&, ByteView bytes, bool* alive) override {
    if (core) return core(bytes, alive);
    received.append(bytes);
    return bytes.size();
  }
  void on_drained(broker::ServerConnection&) override { ++drained; }
  void on_lost(broker::ServerConnection&) override { ++lost; }
  void hand_over(ShardId home, std::unique_ptr<HandedOverConnection> moved) override {
    handed_over_to = home;
    handed_over = std::move(moved);
  }
  void redeliver_later(Connection& again) override { to_redeliver.push_back(&again); }
  void read_later(Connection& again) override { to_read.push_back(&again); }
  void end_half_open(const PeerAddress&) override { ++half_open_ended; }
  void retire(Connection&) override { has_retired = true; }

  config::Settings test_settings;
  std::unique_ptr<Connection> connection;
  std::function<std::size_t(ByteView, bool*)> core;
  std::string received;
  std::vector<Connection*> to_redeliver;
  std::vector<Connection*> to_read;
  std::unique_ptr<HandedOverConnection> handed_over;
  int handed_over_to = -1;
  int opened = 0;
  int drained = 0;
  int lost = 0;
  int half_open_ended = 0;
  bool refuses = false;
  bool has_retired = false;

 private:
  runtime::EventLoop loop_ = std::move(*runtime::EventLoop::make());
  runtime::TimerWheel timers_;
  std::string buffer_ = std::string(128 * 1024, '\0');
  std::string record_ = std::string(kTlsRecordMax, '\0');
};

/// A new connection without a listener.
inline HandedOverConnection new_connection(Transport transport,
                                           std::unique_ptr<WebSocketState> websocket = nullptr) {
  HandedOverConnection connection;
  connection.transport = std::move(transport);
  connection.websocket = std::move(websocket);
  return connection;
}

/// The peer's end of a loopback connection.
class Peer {
 public:
  explicit Peer(runtime::FileDescriptor socket) : socket_(std::move(socket)) {}

  void writes(std::string_view bytes) {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<std::ptrdiff_t>(bytes.size()));
  }
  /// What has arrived so far; empty if nothing has.
  std::string reads() {
    std::string bytes;
    std::string buffer(64 * 1024, '\0');
    for (;;) {
      const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count <= 0) return sees_end_ = count == 0, bytes;
      bytes.append(buffer, 0, static_cast<std::size_t>(count));
    }
  }
  bool sees_end() {
    reads();
    return sees_end_;
  }
  void half_closes() { ::shutdown(socket_.get(), SHUT_WR); }
  void closes() { socket_.reset(); }
  /// Closes so that the other side sees a reset.
  void resets() {
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
  }

 private:
  runtime::FileDescriptor socket_;
  bool sees_end_ = false;
};

/// Two ends of a TCP connection over loopback, the first one non-blocking.
std::pair<runtime::FileDescriptor, runtime::FileDescriptor> make_socket_pair();

}  // namespace sluice::net::testing
