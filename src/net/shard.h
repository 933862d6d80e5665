#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "broker/broker.h"
#include "net/acceptor.h"
#include "net/connection.h"
#include "net/connection_host.h"
#include "net/half_open.h"
#include "net/shard_mail.h"
#include "runtime/event_loop.h"
#include "runtime/stall_detector.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

/// One thread's share of the broker: its sockets, its core, its part of the mail.
///
/// Lives on   made on the starting thread, then used by the thread that calls `run` alone.
class Shard final : public ConnectionHost,
                    public broker::Postman,
                    public AcceptorSink,
                    public runtime::EventHandler {
 public:
  /// settings, mailboxes  borrowed for the shard's life
  static Result<std::unique_ptr<Shard>> make(const config::Settings& settings, ShardId self,
                                             unsigned shards, ShardMailboxes& mailboxes);
  ~Shard();

  /// listener  borrowed for the shard's life
  Result<void> listen(runtime::FileDescriptor socket, const config::ListenerSettings& listener);

  /// Turns until a StopRequest came and the connections have ended, at most kStopGrace later.
  void run();

  const runtime::Pulse& pulse() const { return pulse_; }

  static constexpr milliseconds kStopGrace{8000};

 private:
  Shard(const config::Settings& shard_settings, ShardId self, unsigned shards,
        ShardMailboxes& mailboxes, runtime::EventLoop event_loop);

  void turn();
  milliseconds time_to_wait();
  void on_mail(unsigned from, ShardMail mail);
  void adopt(std::unique_ptr<HandedOverConnection> moved);
  void begin_stop();
  void report_counters(unsigned to);
  void redeliver_due();
  void tick_if_due();

  // ConnectionHost
  broker::ServerConnection* open(broker::Link& link) override;
  std::size_t on_bytes(broker::ServerConnection& core, ByteView bytes, bool* alive) override;
  void on_drained(broker::ServerConnection& core) override;
  void on_lost(broker::ServerConnection& core) override;
  void hand_over(ShardId home, std::unique_ptr<HandedOverConnection> connection) override;
  void redeliver_later(Connection& connection) override;
  void end_half_open(const PeerAddress& peer) override;
  void retire(Connection& connection) override;

  void post(ShardId to, broker::Mail mail) override;

  void on_accepted(runtime::FileDescriptor socket, const PeerAddress& peer,
                   const config::ListenerSettings& listener) override;
  void on_no_descriptor() override;

  void on_events(std::uint32_t events) override;  // of the mailboxes' eventfd

  using Connections =
      boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

  const ShardId self_;
  ShardMailboxes& mailboxes_;
  runtime::EventLoop event_loop_;
  runtime::TimerWheel timer_wheel_;
  std::unique_ptr<char[]> buffer_;
  broker::Broker broker_;
  HalfOpenSockets half_open_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  Connections connections_;
  Connections retired_;  // destroyed at the end of the turn
  std::vector<Connection*> to_redeliver_;
  Instant next_tick_{};
  Instant stop_by_ = kNever;  // set when a StopRequest came
  runtime::Pulse pulse_;
  log::RateLimiter refusal_lines_{1};
};

}  // namespace sluice::net
