#pragma once

#include <utility>

#include "net/shard_mail.h"

namespace sluice::net {

/// The authenticator's end of the mail: what shards ask of it, and what it answers.
///
/// Lives on   the authenticator's thread. After the shards have ended their mail goes nowhere.
class GatePort {
 public:
  /// Names an authentication among those of all shards.
  using Ticket = std::uint64_t;

  GatePort(ShardMailboxes& mailboxes, Members members) : mailboxes_(mailboxes), members_(members) {}

  /// Readable when shards have something, if `try_sleep` said that they had nothing.
  int wake_fd() const { return mailboxes_.wake_fd(self()); }
  void clear_wake() { mailboxes_.clear_wake(self()); }
  bool try_sleep() { return mailboxes_.try_sleep(self()); }
  void awake() { mailboxes_.awake(self()); }

  /// Hands all tasks that have come to `consume(GateTask)`; their tickets then name the shard too.
  template <class Consumer>
  void drain(Consumer&& consume) {
    mailboxes_.drain(self(), [&](unsigned from, ShardMail mail) {
      GateTask task = std::move(*std::get<GateRequest>(mail).task);
      task.ticket |= Ticket{from} << kShardShift;
      consume(std::move(task));
    });
  }

  void answer(Ticket ticket, auth::Verdict verdict) {
    const auto shard = static_cast<unsigned>(ticket >> kShardShift);
    auto report = std::make_unique<GateVerdict>(
        GateVerdict{ticket & ((Ticket{1} << kShardShift) - 1), std::move(verdict)});
    mailboxes_.post(self(), shard, VerdictReport{std::move(report)});
  }
  /// Shows the answers to the shards. Before each sleep. False: some wait for room, come back soon.
  bool publish() {
    mailboxes_.publish(self());
    return !mailboxes_.has_overflow(self());
  }

 private:
  static constexpr unsigned kShardShift = 48;

  unsigned self() const { return members_.authenticator(); }

  ShardMailboxes& mailboxes_;
  const Members members_;
};

}  // namespace sluice::net
