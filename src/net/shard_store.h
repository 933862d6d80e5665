#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "broker/broker.h"
#include "broker/store_link.h"
#include "config/settings.h"
#include "net/shard_mail.h"
#include "storage/memory_engine.h"

namespace sluice::net {

/// A shard's way to the store: by mail to the committer and the page reader, or, with
/// `durability: memory`, to an engine of its own.
///
/// Lives on   its shard.
class ShardStore final : public broker::StoreLink {
 public:
  /// mailboxes  borrowed for the store's life
  ShardStore(config::Durability durability, ShardMailboxes& mailboxes, ShardId self,
             Members members);

  bool is_durable() const override { return !memory_; }
  bool commit(storage::Batch batch) override;
  void read_page(storage::PageId id) override;

  /// The committer answered.
  void on_committed() { is_committing_ = false; }
  bool is_committing() const { return is_committing_; }

  /// Whether pages of memory wait to be given to the core: do not sleep.
  bool has_pages() const { return !asked_.empty(); }
  /// Gives the core the pages it asked for before the call. They never reach it from within
  /// `read_page`, so that it meets the same order of events with all kinds of durability.
  void give_pages(broker::Broker& broker, Instant now);

 private:
  ShardMailboxes& mailboxes_;
  const ShardId self_;
  const Members members_;
  std::optional<storage::MemoryEngine> memory_;
  std::vector<storage::PageId> asked_;  // of memory
  bool is_committing_ = false;
};

}  // namespace sluice::net
