#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "broker/link.h"
#include "net/connection_host.h"
#include "net/listener.h"
#include "net/output_queue.h"
#include "net/peer_address.h"
#include "net/transport.h"
#include "net/websocket_state.h"
#include "runtime/event_loop.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

using ConnectionHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One client's socket: MQTT or WebSocket, plain or with TLS.
///
/// Lives on   one shard, owned by its ConnectionHost, from accept or hand-over until `retire`.
/// Memory     nothing but itself while idle: bytes are read into the shard's buffer; an incomplete
///            packet, unsent output and WebSocket state exist only while there are any.
/// Overflow   while more than limits.output_high_watermark is unsent it does not read, until
///            limits.output_low_watermark: a peer that does not take its answers delays itself
///            only.
class Connection final : public broker::Link, public runtime::EventHandler, public ConnectionHook {
 public:
  Connection(ConnectionHost& host, HandedOverConnection moved);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Registers with the loop and, unless a WebSocket upgrade comes first, opens with the core. To
  /// be called once, after construction; it may retire the connection.
  void start();

  /// Gives the core again what it left while it did not want to read.
  void redeliver();

  /// Reads what TLS has taken out of the socket already.
  void read_buffered();

  /// The server stops: ends what the core has not closed.
  void shut_down();

  void on_events(std::uint32_t events) override;

  void send(std::span<const broker::OutputPiece> pieces) override;
  std::size_t unsent() const override { return output_ ? output_->size() : 0; }
  void set_reading(bool reading) override;
  void close() override;
  void close_at_once() override;
  void hand_over(ShardId home) override;
  void connected() override;
  std::string peer_address() const override { return peer_.to_string(); }
  auth::Peer peer() const override;
  std::string listener() const override { return slot_ ? slot_->url : std::string(); }

 private:
  enum class Phase : std::uint8_t {
    Upgrading,    // the WebSocket handshake is not finished
    Open,         // the core knows us
    HandingOver,  // the core moved us while it looked at our bytes
    Closing,      // the core has forgotten us; output leaves, then the peer's end is awaited
    Retired,
  };

  void open();
  void on_readable();
  std::ptrdiff_t receive(std::size_t kept);
  void discard_input();
  void read_rest_later();
  void on_end_of_input();
  void on_upgrade_bytes(std::size_t size);
  void on_stream_bytes(char* begin, std::size_t kept, std::size_t fresh);
  std::size_t unframe(char* begin, std::size_t size);
  void deliver(ByteView bytes);
  void keep(ByteView rest);
  void move_to_home(ByteView unread);
  void end_websocket();

  void write(ByteView prefix, std::span<const broker::OutputPiece> pieces);
  void keep_output(ByteView prefix, std::span<const broker::OutputPiece> pieces, std::size_t sent);
  void flush();
  void fail_output();
  void begin_closing();
  void lose();
  void retire();
  friend class ConnectionDeadline;
  void on_deadline();
  void arm_deadline(Instant deadline);
  void drop_deadline();
  void update_interest();

  ConnectionHost& host_;
  broker::ServerConnection* core_ = nullptr;
  std::unique_ptr<std::string> partial_;  // bytes that the core has not consumed
  std::unique_ptr<OutputQueue> output_;   // null when nothing is unsent
  std::unique_ptr<WebSocketState> websocket_;
  PeerAddress peer_;
  ListenerSlot slot_;
  [[no_unique_address]] Transport transport_;  // what follows fits behind its descriptor
  Phase phase_ = Phase::Open;
  ShardId home_ = 0;
  std::uint8_t interest_ = 0;  // what epoll watches: EPOLLIN, EPOLLOUT
  bool core_reads_ : 1 = true;
  bool is_throttled_ : 1 = false;    // by unsent output
  bool is_connected_ : 1 = false;    // CONNACK was sent
  bool is_in_core_ : 1 = false;      // the core is looking at our bytes
  bool has_seen_end_ : 1 = false;    // of the peer's output
  bool is_output_dead_ : 1 = false;  // the socket refused output; epoll tells the rest
  bool will_read_ : 1 = false;       // by read_later
  bool has_deadline_ : 1 = false;    // before a WebSocket Client is connected, and while closing
};

}  // namespace sluice::net
