#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "net/administration_port.h"
#include "net/committer.h"
#include "net/gate_port.h"
#include "net/page_reader.h"
#include "net/shard.h"
#include "net/shard_mail.h"
#include "net/store_counters.h"
#include "net/tls_handshaker.h"
#include "runtime/stall_detector.h"

namespace sluice::net {

/// All shards of the process, what connects them to the store, and the threads of both.
///
/// Lives on   the thread that made it, which talks to the shards by mail: it waits until `wake_fd`
/// is
///            readable, then calls `take_reports`.
class Server {
 public:
  /// Makes the shards and binds every listener; no thread runs yet. Clients that connect from now
  /// on wait until `start`.
  ///
  /// settings  borrowed; at least one listener
  /// errors    one line for an operator, see listen_on
  static Result<std::unique_ptr<Server>> make(const config::Settings& settings, unsigned shards);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Ends the threads, in at most Shard::kStopGrace.
  ~Server();

  /// Gives the shards what the store held. At most once, before `start`.
  void restore(broker::Recovery& recovery);

  /// Who gets in. Before `start`; afterwards by `administration_port`.
  void set_policy(const std::shared_ptr<const auth::Policy>& policy);

  /// engine  that was loaded, borrowed for the server's life; null with `durability: memory`
  void start(storage::Engine* engine);

  /// Lets nobody in any more and tells Clients to go, `per_second` of them; `has_drained` when none
  /// is left, or after Shard::kDrainMax. Before `request_stop`.
  void request_drain(std::uint32_t per_second);
  bool has_drained() const { return has_drained_; }

  /// Every connection is told, then closed, and everything recorded is written; `has_stopped` when
  /// all is done.
  void request_stop();
  bool has_stopped() const { return has_stopped_; }

  /// Asks every shard; `answer` gets the sum and the store's counters, as one line of JSON, in a
  /// later `take_reports`. A request while one is under way is answered with it.
  void request_counters(std::function<void(const std::string&)> answer);

  /// The process holds more memory than it may, or less again.
  void report_memory(bool is_full);

  /// For the thread that authenticates, and for that of the administration; at most one each.
  GatePort gate_port() { return {*mailboxes_, members_}; }
  AdministrationPort administration_port() {
    return {*mailboxes_, members_, tls_handshaker_ != nullptr, is_running_};
  }

  // What other threads may look at while the server lives: each value is an atomic one.

  /// Of the shards, which beat from `start` on.
  std::vector<const runtime::Pulse*> pulses() const;
  const StoreCounters& store_counters() const { return store_counters_; }
  /// Of all threads together.
  NetCounters net_counters() const;
  /// How many shards are behind, so that nobody new comes in; see LagGovernor.
  unsigned lagging_shards() const { return lagging_shards_.load(std::memory_order_relaxed); }
  /// What a listener is does not change, and `connections` is an atomic.
  const std::vector<std::unique_ptr<Listener>>& listeners() const { return listeners_; }

  int wake_fd() const { return mailboxes_->wake_fd(self()); }
  void take_reports();

 private:
  Server(const config::Settings& settings, Members members,
         std::unique_ptr<ShardMailboxes> mailboxes);

  Result<void> add_shards();
  Result<void> bind_listeners();
  Result<void> bind_to_shards(Listener& listener);
  Result<void> bind_to_handshaker(Listener& listener);
  unsigned self() const { return members_.server(); }
  template <class Content>
  void tell_shards(Content content);
  void end_connections();
  void begin_step(StopRequest request);
  void end_store_threads();
  void on_step_done();
  void on_counters(const broker::Counters& report);

  const config::Settings& settings_;
  const Members members_;
  std::vector<std::unique_ptr<Listener>> listeners_;  // outlive connections, also those in the mail
  std::unique_ptr<ShardMailboxes> mailboxes_;         // outlives the shards, which post to it
  storage::Engine* engine_ = nullptr;                 // null with `durability: memory`
  StoreCounters store_counters_;
  std::optional<Committer> committer_;
  std::optional<PageReader> page_reader_;
  std::atomic<unsigned> lagging_shards_{0};
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<TlsHandshaker> tls_handshaker_;  // null without listeners that need it
  std::vector<std::thread> threads_;
  std::unique_ptr<runtime::StallDetector> stall_detector_;
  std::optional<StopStep> step_;  // that the shards are at
  unsigned steps_awaited_ = 0;    // reports of threads that are not done with it
  std::atomic<bool> is_running_{false};
  bool are_shards_stopped_ = false;
  bool has_drained_ = false;
  bool is_stop_wanted_ = false;
  bool has_stopped_ = false;
  std::function<void(const std::string&)> answer_;
  broker::Counters sum_;
  std::size_t reports_awaited_ = 0;
};

}  // namespace sluice::net
