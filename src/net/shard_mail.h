#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "auth/verdict.h"
#include "base/time.h"
#include "broker/broker.h"
#include "broker/counters.h"
#include "broker/mail.h"
#include "net/connection_host.h"
#include "net/handed_over_connection.h"
#include "runtime/shard_group.h"
#include "storage/engine.h"

namespace sluice::net {

/// How the threads stop, each step when all shards are done with the one before.
enum class StopStep : std::uint8_t {
  Drain,           // nobody comes in, and those who are in are told to go one after the other
  EndConnections,  // of all who are left
  Flush,           // what is recorded, also what nobody waits for
  Reflush,         // what came of it: letters of the first flush and their receipts
  End,             // the thread
};
/// From the server to a shard, which answers each step with a StepReport. The threads of the store
/// know one step only: they write what was posted to them and end.
struct StopRequest {
  StopStep step;
  std::uint32_t per_second = 0;  // Drain: Clients of this shard
};
/// To the server: the step is done.
struct StepReport {};

/// From the server to a shard, which answers with a CountersReport: what its core did since it
/// began.
struct CountersRequest {};
struct CountersReport {
  std::unique_ptr<broker::Counters> counters;
};

/// From a shard to the committer, answered by a CommittedReport.
struct CommitRequest {
  std::unique_ptr<storage::Batch> batch;
};
struct CommittedReport {};
/// From the committer to the shards and the page reader: batches cannot be written, or can again.
struct StoreStateReport {
  bool is_failed;
};

/// From the server to a shard: the process holds more memory than it may, or less again.
struct MemoryReport {
  bool is_full;
};

/// From a shard to the page reader, answered by a PageReport.
struct PageRequest {
  storage::PageId id;
};
struct ReadPage {
  storage::PageId id;
  std::optional<std::string> bytes;
};
struct PageReport {
  std::unique_ptr<ReadPage> page;
};

/// From a shard to the authenticator: a step of one authentication, or a Client to list as refused.
/// A Client who may get in is answered by a VerdictReport.
struct GateTask {
  enum class Kind : std::uint8_t { Authenticate, Answer, Cancel, Report };
  Kind kind;
  broker::Gatekeeper::Ticket ticket = 0;
  auth::ConnectRequest request = {};  // Authenticate
  std::string data = {};              // Answer
  auth::RefusedClient refused = {};   // Report
};
struct GateRequest {
  std::unique_ptr<GateTask> task;
};
struct GateVerdict {
  broker::Gatekeeper::Ticket ticket;
  auth::Verdict verdict;
};
struct VerdictReport {
  std::unique_ptr<GateVerdict> verdict;
};

/// From the administration to a shard: something to do with its core, answered by a CallDone when
/// the task has called its second argument, on the shard.
struct ShardCall {
  using Task = std::function<void(broker::Broker&, std::function<void()> done)>;
  std::unique_ptr<Task> task;
};
struct CallDone {};
/// From the administration to a shard or the TLS handshaker: what holds from now on, answered by a
/// CallDone.
struct SettingsChange {
  std::unique_ptr<config::Settings> settings;
};

/// All that threads of the server say to each other. Small, as rings hold thousands: what is large
/// is behind a pointer.
using ShardMail =
    std::variant<broker::Mail, std::unique_ptr<HandedOverConnection>, StopRequest, StepReport,
                 CountersRequest, CountersReport, CommitRequest, CommittedReport, StoreStateReport,
                 PageRequest, PageReport, GateRequest, VerdictReport, ShardCall, CallDone,
                 MemoryReport, SettingsChange>;
static_assert(sizeof(ShardMail) <= 16);

using ShardMailboxes = runtime::ShardGroup<ShardMail>;

/// Who is which member of the mailboxes: the shards are 0 .. shards - 1.
struct Members {
  unsigned shards;

  unsigned server() const { return shards; }  // the thread that started the others
  unsigned committer() const { return shards + 1; }
  unsigned page_reader() const { return shards + 2; }
  unsigned authenticator() const { return shards + 3; }
  unsigned administration() const { return shards + 4; }
  unsigned tls_handshaker() const { return shards + 5; }
  unsigned count() const { return shards + 6; }
};

/// Sleeps until `self` has mail, at most `timeout`; a negative one is for ever.
void wait_for_mail(ShardMailboxes& mailboxes, unsigned self, milliseconds timeout);

inline constexpr milliseconds kForEver{-1};

}  // namespace sluice::net
