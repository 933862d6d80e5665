#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <deque>
#include <memory>
#include <vector>

#include "auth/token_buckets.h"
#include "base/log_limits.h"
#include "base/result.h"
#include "net/entrance.h"
#include "net/shard_mail.h"
#include "net/ticket_keys.h"
#include "net/tls_handshake.h"
#include "net/watched_tls_context.h"
#include "runtime/event_loop.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

/// The thread that accepts for all listeners with TLS and does their handshakes, so that a storm of
/// them delays nobody who is connected. Finished connections go to the shards in turn.
///
/// Lives on   made on the starting thread, then used by the thread that calls `run` alone.
/// Limits     tls.handshakes_per_second, beyond which sockets wait; kSocketsMax of them here,
/// beyond
///            which they wait with the kernel; tls.handshake_timeout each.
class TlsHandshaker final : public runtime::EventHandler,
                            private EntranceSink,
                            private TlsHandshakeOwner {
 public:
  /// All borrowed for the handshaker's life.
  ///
  /// lagging_shards  while there are any nothing is accepted
  static Result<std::unique_ptr<TlsHandshaker>> make(const config::Settings& settings,
                                                     ShardMailboxes& mailboxes, Members members,
                                                     const std::atomic<unsigned>& lagging_shards);
  ~TlsHandshaker();

  /// Reads the listener's certificates and accepts from `socket`. A listener may have several.
  ///
  /// errors  a file that cannot be used, in words for an operator
  Result<void> listen(runtime::FileDescriptor socket, Listener& listener);

  /// Until a StopRequest.
  void run();

  const NetCounters& counters() const { return counters_; }

  static constexpr std::size_t kSocketsMax = 4096;

 private:
  using Handshakes = boost::intrusive::list<TlsHandshake>;

  TlsHandshaker(const config::Settings& settings, ShardMailboxes& mailboxes, Members members,
                const std::atomic<unsigned>& lagging_shards, runtime::EventLoop loop,
                TicketKeys ticket_keys);

  unsigned self() const { return members_.tls_handshaker(); }
  milliseconds time_to_wait();
  void turn();
  void on_mail(unsigned from, ShardMail mail);
  void on_settings(unsigned from, config::Settings changed);
  void start_waiting();
  void poll_files_if_due();

  void on_events(std::uint32_t events) override;  // of the mailboxes' eventfd
  void on_admitted(runtime::FileDescriptor socket, const PeerAddress& peer,
                   ListenerSlot slot) override;
  void on_handshake(TlsHandshake& handshake, TlsHandshake::Outcome outcome) override;
  Instant handshake_time() const override { return now_; }
  void post_to_shard(TlsHandshake& handshake);
  void report(const TlsHandshake& handshake);
  void release(TlsHandshake& handshake);
  SSL_CTX* context_of(const Listener& listener);

  config::Settings settings_;
  ShardMailboxes& mailboxes_;
  const Members members_;
  const std::atomic<unsigned>& lagging_shards_;
  runtime::EventLoop event_loop_;
  runtime::TimerWheel timer_wheel_;
  Instant now_{};
  NetCounters counters_;
  TicketKeys ticket_keys_;
  std::vector<WatchedTlsContext> contexts_;
  Entrance entrance_;
  auth::TokenBuckets handshake_rate_;
  Handshakes handshakes_;    // all
  Handshakes waiting_;       // for their turn, before their handshake
  std::size_t sockets_ = 0;  // of both
  Instant next_poll_{};
  Instant next_expiry_check_{};
  unsigned next_shard_ = 0;
  bool has_worked_ = false;  // since memory was given back
  bool is_stopping_ = false;
  log::RateLimiter failure_lines_{1};
};

}  // namespace sluice::net
