#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "broker/broker.h"
#include "net/connection.h"
#include "net/connection_host.h"
#include "net/entrance.h"
#include "net/lag_governor.h"
#include "net/shard_mail.h"
#include "net/shard_store.h"
#include "runtime/event_loop.h"
#include "runtime/stall_detector.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

/// One thread's share of the broker: its sockets, its core, its part of the mail.
///
/// Lives on   made on the starting thread, then used by the thread that calls `run` alone.
class Shard final : public ConnectionHost,
                    public broker::Postman,
                    public broker::Gatekeeper,
                    private EntranceSink,
                    public runtime::EventHandler {
 public:
  /// mailboxes       borrowed for the shard's life, with the Members of place.shards
  /// lagging_shards  the same; counts the shards that are behind
  static Result<std::unique_ptr<Shard>> make(const broker::Place& place, ShardMailboxes& mailboxes,
                                             std::atomic<unsigned>& lagging_shards);
  ~Shard();

  /// listener  without TLS, borrowed for the shard's life
  Result<void> listen(runtime::FileDescriptor socket, Listener& listener);

  // Before the thread runs:

  /// Takes this shard's part of what the store held.
  void restore(broker::Recovery& recovery);
  void set_policy(const std::shared_ptr<const auth::Policy>& policy) {
    broker_.on_policy(policy, monotonic_now());
  }
  /// Reads what the other shards posted while they were restored; false: nothing. Shards that serve
  /// Clients before they have heard of each other's subscriptions would drop messages.
  bool settle();

  /// Turns until the last StopStep. Steps that take longer than kStopGrace after the first one are
  /// given up.
  void run();

  const runtime::Pulse& pulse() const { return pulse_; }

  static constexpr milliseconds kStopGrace{8000};
  static constexpr milliseconds kDrainMax{20'000};

 private:
  Shard(const broker::Place& place, ShardMailboxes& mailboxes,
        std::atomic<unsigned>& lagging_shards, runtime::EventLoop event_loop);

  /// What the administration wants done. It waits for one more drain of the mail: a verdict that
  /// was on its way before the change must not come after it.
  struct Call {
    unsigned from;
    std::unique_ptr<ShardCall::Task> task;
  };

  void turn();
  milliseconds time_to_wait();
  void on_mail(unsigned from, ShardMail mail);
  void adopt(std::unique_ptr<HandedOverConnection> moved);
  void on_settings(unsigned from, config::Settings changed);
  void on_committed();
  void begin_step(const StopRequest& request);
  void drain_if_due();
  void end_connections();
  void flush_store();
  bool is_step_done() const;
  void report_step();
  void report_counters(unsigned to);
  void redeliver_due();
  void read_due();
  void govern_entrance();
  void tick_if_due();

  // ConnectionHost
  broker::ServerConnection* open(broker::Link& link) override;
  std::size_t on_bytes(broker::ServerConnection& core, ByteView bytes, bool* alive) override;
  void on_drained(broker::ServerConnection& core) override;
  void on_lost(broker::ServerConnection& core) override;
  void hand_over(ShardId home, std::unique_ptr<HandedOverConnection> connection) override;
  void redeliver_later(Connection& connection) override;
  void read_later(Connection& connection) override;
  void end_half_open(const PeerAddress& peer) override;
  void retire(Connection& connection) override;

  void post(ShardId to, broker::Mail mail) override;

  // Gatekeeper
  void authenticate(Ticket ticket, auth::ConnectRequest request) override;
  void answer(Ticket ticket, std::string data) override;
  void cancel(Ticket ticket) override;
  void report(auth::RefusedClient refused) override;
  void post_to_gate(GateTask task);
  void perform(const Call& call);

  void on_admitted(runtime::FileDescriptor socket, const PeerAddress& peer,
                   ListenerSlot slot) override;
  void take_in(HandedOverConnection connection);

  void on_events(std::uint32_t events) override;  // of the mailboxes' eventfd

  using Connections =
      boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

  const ShardId self_;
  const Members members_;
  ShardMailboxes& mailboxes_;
  config::Settings own_settings_;  // changed between two events only
  runtime::EventLoop event_loop_;
  runtime::TimerWheel timer_wheel_;
  std::unique_ptr<char[]> buffer_;
  ShardStore store_;
  broker::Broker broker_;
  Entrance entrance_;
  LagGovernor governor_;
  Connections connections_;
  Connections retired_;  // destroyed at the end of the turn
  std::vector<Call> calls_;
  std::vector<Connection*> to_redeliver_;
  std::vector<Connection*> to_read_;
  Instant next_tick_{};
  std::optional<StopStep> step_;  // the last one asked for
  bool is_step_reported_ = false;
  std::uint32_t drained_per_second_ = 0;
  Instant drained_at_{};  // when the last Clients were told to go
  Instant drain_by_{};
  Instant stop_by_ = kNever;  // set with the first step
  runtime::Pulse pulse_;
};

}  // namespace sluice::net
