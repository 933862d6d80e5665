#pragma once

#include <cstddef>
#include <memory>

#include "base/time.h"
#include "broker/counters.h"
#include "broker/link.h"
#include "broker/mail.h"
#include "config/settings.h"

namespace sluice::broker {

struct Core;
class ServerConnection;

/// How a core reaches the cores of the other shards.
class Postman {
 public:
  /// Delivers `mail` to `Broker::on_mail` of shard `to`, in order per pair of shards. Never blocks
  /// and never fails: what the other side cannot take yet waits here, and the shard stops reading
  /// sockets.
  virtual void post(ShardId to, Mail mail) = 0;

 protected:
  ~Postman() = default;
};

/// The core of one shard: all its connections, sessions, subscriptions and retained messages.
///
/// Does no I/O: it is driven by the events below, each with the current time, and answers through
/// `Link` and `Postman`. Output gathers during a turn and leaves in `on_turn_end`.
class Broker {
 public:
  Broker(const config::Settings& settings, ShardId self, unsigned shards, Postman& postman);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// A transport is ready to carry MQTT (TCP accepted; WebSocket upgraded). The handle is valid
  /// until the link is closed, handed over or lost. Null: refused by a limit, the caller closes the
  /// socket.
  ServerConnection* open(Link& link, Instant now);

  /// Bytes from the peer. Returns how many were consumed; the caller keeps the rest and gives it
  /// again in front of what follows. The connection may be gone on return: `*alive` then is false.
  std::size_t on_bytes(ServerConnection& connection, ByteView bytes, Instant now, bool* alive);

  /// Everything given to `Link::send` has left.
  void on_drained(ServerConnection& connection, Instant now);

  /// The transport ended without us: end of file, error. The handle dies.
  void on_lost(ServerConnection& connection, Instant now);

  void on_mail(ShardId from, Mail mail, Instant now);

  /// All mail has been given that the other shards had posted before this drain began. Once per
  /// turn.
  void on_mail_drained(Instant now);
  /// Something waits for the next `on_mail_drained`: do not sleep.
  bool wants_turn() const;

  /// To be called at least each `kTickInterval`: deadlines have come.
  void on_tick(Instant now);

  /// The end of a turn of the event loop: sends what gathered.
  void on_turn_end(Instant now);

  /// Tells every Client that the Server shuts down (v5 0x8B) and closes its connection.
  void shut_down(Instant now);

  const Counters& counters() const;

 private:
  std::unique_ptr<Core> core_;
};

inline constexpr milliseconds kTickInterval{100};

}  // namespace sluice::broker
