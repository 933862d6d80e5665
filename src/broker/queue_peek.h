#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "broker/inspection.h"
#include "broker/stored_session.h"
#include "storage/engine.h"

namespace sluice::broker {

struct Core;

/// A look at the messages of one persistent Session that are only on disk, page after page.
class QueuePeek {
 public:
  struct Wish {
    std::size_t first;  // messages to show
    std::size_t payload_max;
  };
  using Done = std::function<void(std::optional<QueueFacts>)>;

  /// facts  with what is in memory; what is on disk is added behind it
  QueuePeek(const StoredSession& stored, const Wish& wish, QueueFacts facts, Done done);

  /// The page to be given to `take` next; nullopt: enough is shown, or there is no more.
  std::optional<storage::PageId> next_page(Core& core);
  storage::PageId page() const { return page_; }
  /// bytes  of that page; nullopt: it cannot be read, and is passed over
  void take(Core& core, const std::optional<std::string>& bytes);
  void finish() { done_(std::move(facts_)); }

 private:
  SessionNumber session_;
  Wish wish_;
  QueueFacts facts_;
  Done done_;
  std::uint64_t next_;  // the sequence number to look at
  storage::PageId page_ = 0;
  std::uint64_t page_end_ = 0;  // sequence number behind the last that the page has
  unsigned pages_left_;
};

}  // namespace sluice::broker
