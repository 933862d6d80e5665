#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "auth/connect_request.h"
#include "base/bytes.h"
#include "broker/message.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

/// A run of output bytes. Without an owner they are valid during the call only; with one they live
/// as long as the message, so that a transport that cannot take them yet keeps a reference, not a
/// copy.
struct OutputPiece {
  ByteView bytes;
  MessagePtr owner;
};

/// One Network Connection as the core sees it: net puts a socket behind it, a test a script.
///
/// Lives on   the shard of its connection. The core calls it only between `Broker::open` and the
/// first
///            of `Link::close`, `Link::hand_over` and `Broker::on_lost`; it may ask for the
///            peer's address until the event in which that happened is over.
class Link {
 public:
  /// Sends all pieces in order. What the transport does not take now the link keeps and sends when
  /// it can; it reports through `Broker::on_drained` when nothing is left.
  virtual void send(std::span<const OutputPiece> pieces) = 0;

  /// Bytes given to `send` that the transport has not taken yet.
  virtual std::size_t unsent() const = 0;

  /// Stops or resumes reading from the peer. A link starts reading.
  virtual void set_reading(bool reading) = 0;

  /// Sends what is unsent as far as the transport takes it at once or within a short time of grace,
  /// then closes. The core has forgotten the connection: no event follows.
  virtual void close() = 0;

  /// The same for a peer that said DISCONNECT: it reads nothing more, so nothing is waited for.
  virtual void close_at_once() { close(); }

  /// Moves the connection with all its bytes that the core has not consumed to its home shard,
  /// whose core sees it as opened there. This core has forgotten the connection.
  virtual void hand_over(ShardId home) = 0;

  /// CONNACK was sent with success: the connection no longer counts as half open.
  virtual void connected() = 0;

  /// The peer's address, without port, for limits per address and for logs: "192.0.2.1",
  /// "2001:db8::1". Also to be called within `Broker::on_lost`.
  virtual std::string peer_address() const = 0;

  /// The same with what else the transport knows of the Client. For CONNECT only: it costs copies.
  virtual auth::Peer peer() const { return {peer_address(), {}, false, {}}; }
  /// The URL of the listener that took it in; empty: not known.
  virtual std::string listener() const { return {}; }

 protected:
  ~Link() = default;
};

}  // namespace sluice::broker
