#pragma once

#include "storage/engine.h"

namespace sluice::broker {

/// How a core reaches the store. Never blocks; the answers come as events of `Broker`.
class StoreLink {
 public:
  /// False: nothing outlives the process, so no acknowledgement waits and no row is written.
  virtual bool is_durable() const = 0;

  /// Has the batch made durable. Batches are answered in order by `Broker::on_committed`; the core
  /// gives the next one only then. Returns true where that is so already and no answer follows.
  virtual bool commit(storage::Batch batch) = 0;

  /// Reads a page whose batch was committed; answered by `Broker::on_page`.
  virtual void read_page(storage::PageId id) = 0;

 protected:
  ~StoreLink() = default;
};

}  // namespace sluice::broker
