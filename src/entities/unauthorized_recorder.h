#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/time.h"
#include "entities/unauthorized_clients.h"

namespace sluice::entities {

/// Keeps the list of unauthorized clients without writing at each CONNECT.
///
/// `record` and `forget` from any thread, they touch no disk; the others on the admin thread. The
/// last word on a Client Identifier counts, so that one that tries a thousand times is one write.
/// Limits  `pending_max` Client Identifiers between two writes, what comes beyond is dropped and
///         counted; texts are cut to 1 KiB.
class UnauthorizedRecorder {
 public:
  struct Limits {
    std::uint64_t clients_max = 100'000;  // in the store: the oldest go
    seconds ttl = std::chrono::hours{24 * 3};
    std::size_t pending_max = 8192;
  };
  explicit UnauthorizedRecorder(const Limits& limits) : limits_(limits) {}

  /// Other bounds for what is in the store. On the admin thread.
  void set_limits(std::uint64_t clients_max, seconds ttl) {
    limits_.clients_max = clients_max;
    limits_.ttl = ttl;
  }

  /// Learns who is in the store. Before the first `forget`.
  Result<void> load(UnauthorizedClients& clients);

  /// Somebody was refused.
  void record(UnauthorizedClient client);
  /// Somebody got in. Nearly always this looks into a set and returns.
  void forget(std::string_view client_id);
  /// All were removed from the store.
  void forget_all();

  /// Writes what has gathered in one transaction, and removes what is too old or too much. To be
  /// called every second or so, and at the end.
  /// errors  Database; what was to be written is dropped and counted
  Result<void> write_pending(Database& database, std::int64_t now);

  /// Since the start.
  std::uint64_t dropped() const;

 private:
  using Pending = std::unordered_map<std::string, std::optional<UnauthorizedClient>>;
  bool note(std::string client_id, std::optional<UnauthorizedClient> client);
  Result<void> write(Database& database, const Pending& pending, std::int64_t now);
  Result<void> shrink_known(UnauthorizedClients& clients);

  Limits limits_;  // pending_max never changes, so that any thread may read it
  mutable std::mutex mutex_;
  Pending pending_;  // none: got in
  /// Hashes of the Client Identifiers in store or pending, and of some that were purged.
  std::unordered_set<std::uint64_t> known_;
  std::uint64_t dropped_ = 0;
  std::int64_t purged_at_ = 0;  // admin thread only
};

}  // namespace sluice::entities
