#include "net/shard_store.h"

namespace sluice::net {

ShardStore::ShardStore(config::Durability durability, ShardMailboxes& mailboxes, ShardId self,
                       Members members)
    : mailboxes_(mailboxes), self_(self), members_(members) {
  // The rows would only matter to another start.
  if (durability == config::Durability::Memory) memory_.emplace(/*keeps_rows=*/false);
}

bool ShardStore::commit(storage::Batch batch) {
  if (memory_) return memory_->write({&batch, 1}).has_value();
  is_committing_ = true;
  mailboxes_.post(self_, members_.committer(),
                  CommitRequest{std::make_unique<storage::Batch>(std::move(batch))});
  return false;
}

void ShardStore::read_page(storage::PageId id) {
  if (memory_) return asked_.push_back(id);
  mailboxes_.post(self_, members_.page_reader(), PageRequest{id});
}

void ShardStore::give_pages(broker::Broker& broker, Instant now) {
  for (const storage::PageId id : std::exchange(asked_, {})) {
    broker.on_page(id, memory_->read_page(id).value_or(std::nullopt), now);
  }
}

}  // namespace sluice::net
