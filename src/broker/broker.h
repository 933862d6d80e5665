#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "base/time.h"
#include "broker/counters.h"
#include "broker/gatekeeper.h"
#include "broker/inspection.h"
#include "broker/link.h"
#include "broker/mail.h"
#include "broker/observation.h"
#include "broker/store_link.h"
#include "config/settings.h"

namespace sluice::broker {

struct Core;
class Recovery;
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

/// What Clients would lose under other rules.
struct Losses {
  struct Client {
    std::string client_id;
    std::vector<std::string> filters;  // with `$share/{ShareName}/` where it is shared
  };
  std::vector<Client> clients;  // at most as many as were asked for
  std::size_t affected = 0;     // all of them
  std::size_t checked = 0;      // connected Clients that these credentials let in
};

/// Which part of which broker a core is.
struct Place {
  const config::Settings& settings;  // borrowed for the core's life
  ShardId self = 0;
  unsigned shards = 1;
  /// Wall clock time since 1970 minus the monotonic clock, for deadlines that outlive the process.
  milliseconds wall_offset{0};
};

/// The core of one shard: all its connections, sessions, subscriptions and retained messages.
///
/// Does no I/O: it is driven by the events below, each with the current time, and answers through
/// `Link`, `Postman`, `StoreLink` and `Gatekeeper`. Output gathers during a turn and leaves in
/// `on_turn_end`.
class Broker {
 public:
  Broker(const Place& place, Postman& postman, StoreLink& store, Gatekeeper& gatekeeper);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Takes this shard's part of what the store held. Before any other event; letters to the other
  /// shards go out meanwhile.
  void restore(Recovery& recovery, Instant now);

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

  /// What became of `Gatekeeper::authenticate` or `answer`.
  void on_verdict(Gatekeeper::Ticket ticket, auth::Verdict verdict, Instant now);
  /// Who gets in from now on; before the first one those whom `auth.allow_anonymous` lets in.
  void on_policy(std::shared_ptr<const auth::Policy> policy, Instant now);
  /// What `Place::settings` refers to has changed, between two events, and was `before`. Calls
  /// `done` when it holds for all: at once, or in a later turn where rates have changed, which
  /// Clients that are connected get in slices.
  void on_settings(const config::Settings& before, std::function<void()> done, Instant now);
  /// Credentials or providers have changed: acts on the Clients that came by them. Calls `done`
  /// when that outlives a crash.
  void on_credentials_changed(std::span<const auth::CredentialsChange> changes,
                              std::function<void()> done, Instant now);

  /// What connected Clients would lose of their Subscriptions if these credentials had other rules;
  /// null: none at all. Changes nothing.
  Losses find_losses(ByteView credentials_id, const auth::RuleBook* rules, std::size_t clients_max);
  /// Ends the Network Connection of this Client (v5: 0x98). False: it has none.
  bool disconnect(ByteView client_id, Instant now);

  // What an operator asks for, see inspection.h. Views given are borrowed for the call only. `done`
  // comes at once or in a later turn: lists are read, and queues emptied, in slices, one a turn,
  // and what changes something is told when that outlives a crash.

  /// Items have what order and filter needed; `complete` adds the rest to those that are shown.
  void list_sessions(SessionQuery query, std::function<void(Excerpt<SessionSummary>)> done,
                     Instant now);
  /// Leaves alone those that are not at home here, or not any more.
  void complete(std::span<SessionSummary> sessions);
  SessionCounts count_sessions() const;
  void total_sessions(std::function<void(SessionTotals)> done, Instant now);
  std::optional<SessionDetails> find_session(ByteView client_id);
  /// Of a few hundred Clients at most, among them the slowest of those that were timed; in no
  /// particular order.
  std::vector<ClientLatency> list_latencies(Instant now);
  /// done  with how many of them this shard had
  void remove_sessions(std::span<const std::string> client_ids,
                       std::function<void(std::size_t)> done, Instant now);
  void list_subscriptions(SubscriptionQuery query,
                          std::function<void(Excerpt<ClientSubscription>)> done, Instant now);
  /// The groups that Sessions of this shard are in, with these members.
  void list_share_groups(std::function<void(std::vector<ShareGroupFacts>)> done, Instant now);
  /// All or nothing. nullopt: no such Session here
  void replace_subscriptions(ByteView client_id, std::span<const SubscriptionFacts> wanted,
                             std::function<void(std::optional<SubscriptionChange>)> done,
                             Instant now);
  /// As `list_sessions`.
  void list_retained(RetainedQuery query, std::function<void(Excerpt<MessageFacts>)> done,
                     Instant now);
  /// payload_max  bytes of the payload that are shown
  void complete(std::span<MessageFacts> retained, std::size_t payload_max);
  std::optional<MessageFacts> find_retained(ByteView topic);
  std::vector<std::string> match_retained(ByteView filter, std::size_t max);
  /// Those whose home is this shard. done  with how many there were
  void remove_retained(std::span<const std::string> topics, std::function<void(std::size_t)> done,
                       Instant now);
  /// Those that are only on disk are read for it. first  how many messages to show
  /// done  nullopt: no such Session here
  void find_queue(ByteView client_id, std::size_t first, std::size_t payload_max,
                  std::function<void(std::optional<QueueFacts>)> done, Instant now);
  /// Drops what waits now, but for what was sent on an earlier connection: no later message. In
  /// slices, and what the Client has not read when it begins is not sent meanwhile. If the Session
  /// ends in between, the rest goes with it.
  /// done  with how many messages were dropped; nullopt: no such Session here
  void purge_queue(ByteView client_id, std::function<void(std::optional<std::uint64_t>)> done,
                   Instant now);
  /// On one shard, whichever it is.
  void publish(const PublishRequest& request, std::function<void(PublishOutcome)> done,
               Instant now);

  // What an operator watches, see observation.h.

  void on_watch(std::shared_ptr<const Watch> watch, Instant now);
  Observations collect();
  std::vector<DroppedMessages> list_dropped(ByteView client_id, std::size_t max);

  /// The batch given to `StoreLink::commit` is durable.
  void on_committed(Instant now);
  /// What `StoreLink::read_page` asked for; nullopt: there is no such page, or it is damaged.
  void on_page(storage::PageId id, const std::optional<std::string>& bytes, Instant now);
  /// The store takes nothing any more (disk full, failed sync), or does again.
  void on_store_failed(bool failed, Instant now);
  /// The process holds more than `overload.memory_max`, or less again: meanwhile CONNECT is
  /// refused, QoS 0 dropped, QoS 1 and 2 not taken. What was acknowledged is delivered as ever.
  void on_memory_full(bool full, Instant now);
  /// More waits for the store than `storage.pending_bytes_max`: do not read sockets.
  bool is_store_behind() const;

  /// All mail has been given that the other shards had posted before this drain began. Once per
  /// turn.
  void on_mail_drained(Instant now);
  /// Something waits for the next `on_mail_drained`: do not sleep.
  bool wants_turn() const;

  /// To be called at least each `kTickInterval`: deadlines have come.
  void on_tick(Instant now);

  /// The end of a turn of the event loop: sends what gathered.
  void on_turn_end(Instant now);

  /// Tells Clients that the Server shuts down (v5 0x8B) and closes their connections: all, or as
  /// many as `max`.
  void shut_down(Instant now, std::size_t max = std::numeric_limits<std::size_t>::max());

  const Counters& counters() const;

 private:
  std::unique_ptr<Core> core_;
};

inline constexpr milliseconds kTickInterval{100};

}  // namespace sluice::broker
