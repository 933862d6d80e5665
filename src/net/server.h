#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "net/shard.h"
#include "net/shard_mail.h"
#include "runtime/stall_detector.h"

namespace sluice::net {

/// All shards of the process and their threads.
///
/// Lives on   the thread that made it, which talks to the shards by mail: it waits until `wake_fd`
/// is
///            readable, then calls `take_reports`.
class Server {
 public:
  /// Makes the shards and binds every listener; no thread runs yet.
  ///
  /// settings  borrowed; at least one listener
  /// errors    one line for an operator, see listen_on
  static Result<std::unique_ptr<Server>> make(const config::Settings& settings, unsigned shards);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Ends the threads, in at most Shard::kStopGrace.
  ~Server();

  void start();

  /// Every connection is told, then closed; `has_stopped` when all is done.
  void request_stop();
  bool has_stopped() const { return stopped_ == shards_.size(); }

  /// Asks every shard; `answer` gets the sum in a later `take_reports`. A request while one is
  /// under way is answered with it.
  void request_counters(std::function<void(const ShardCounters&)> answer);

  int wake_fd() const { return mailboxes_->wake_fd(self()); }
  void take_reports();

 private:
  Server(const config::Settings& settings, std::unique_ptr<ShardMailboxes> mailboxes);

  Result<void> add_shards(unsigned shards);
  Result<void> bind_listeners();
  unsigned self() const { return mailboxes_->members() - 1; }
  void tell_all(ShardMail (*make_mail)());
  void on_counters(const ShardCounters& report);

  const config::Settings& settings_;
  std::unique_ptr<ShardMailboxes> mailboxes_;  // outlives the shards, which post to it
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::thread> threads_;
  std::unique_ptr<runtime::StallDetector> stall_detector_;
  std::size_t stopped_ = 0;
  bool is_stopping_ = false;
  std::function<void(const ShardCounters&)> answer_;
  ShardCounters sum_;
  std::size_t reports_awaited_ = 0;
};

}  // namespace sluice::net
