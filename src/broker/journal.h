#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "broker/delivery.h"
#include "broker/stored_records.h"
#include "runtime/shard_id.h"
#include "storage/engine.h"

namespace sluice::broker {

struct Core;

/// A page of the journal as the shard sees it whose Sessions have deliveries in it.
struct PageInfo {
  storage::PageId id = 0;
  WallTime written = 0;
  std::uint32_t bytes = 0;       // 0 while it is being written
  std::uint32_t deliveries = 0;  // that were written to it
  std::uint32_t open = 0;        // those not completed, and one for each other shard that needs it
  std::uint32_t transfers = 0;   // of the open ones, those to other shards
  bool is_foreign = false;       // another shard owns it: tells that one instead of dropping it
};

/// The shard that drops a page: the one that wrote it, or who took its place when the broker was
/// started with other shards. Their Sessions may then have deliveries in it too.
ShardId owner_of_page(storage::PageId id, unsigned shards);
/// The start of the broker in which a page was written, from 1.
std::uint32_t start_of_page(storage::PageId id);

/// Whether an acknowledgement waits for a record.
enum class Need : std::uint8_t {
  Promise,   // yes: commit soon
  Whenever,  // no: after a crash it is merely repeated
};

/// What changes on one shard, gathered for the next commit.
///
/// Deliveries and their progress are records in pages, written one after the other and never
/// changed; everything else is rows. A message is written once per page, however many Sessions of
/// the shard get it.
class Journal {
 public:
  explicit Journal(Core& core) : core_(core), page_(0) {}

  /// Page ids of this start of the broker begin with its number, above all that the store holds.
  void begin(std::uint32_t start);

  /// Writes that `delivery`, whose sequence is set, waits for a Session. The page is valid until
  /// everything in it is completed and a cleaning has dropped it.
  PageInfo& add_delivery(SessionNumber session, const Delivery& delivery);
  /// Writes that a message has to reach another shard.
  PageInfo& add_transfer(const MessagePtr& message, const StoredTransfer& transfer);
  void add_completed(SessionNumber session, std::uint64_t sequence);
  void add_released(SessionNumber session, std::uint64_t sequence);
  void add_received(SessionNumber session, std::uint16_t packet_id);
  void add_freed(SessionNumber session, std::uint16_t packet_id);
  void put(storage::Table table, std::string key, std::string value, Need need = Need::Promise);
  void erase(storage::Table table, std::string key, Need need = Need::Promise);

  /// Whether anything outlives the process: without it no rows and no progress are written.
  bool is_durable() const;

  /// Grows with each record that an acknowledgement has to wait for.
  std::uint64_t promises() const { return promises_; }
  bool has_promises() const { return promises_ != promises_taken_; }
  bool has_records() const;
  /// Bytes gathered and not taken.
  std::size_t bytes() const { return row_bytes_ + page_bytes_ + page_.size(); }

  storage::Batch take_batch();
  /// What was taken last is durable.
  void on_committed() { committed_through_ = taken_through_; }
  /// Pages of earlier starts are, and those of batches that were committed.
  bool is_committed(storage::PageId page) const { return page <= committed_through_; }
  /// The page being written ends here; returns the id of the last page that has records.
  storage::PageId seal_page();
  storage::PageId last_page() const { return current_ ? current_->id : next_page_ - 1; }

  /// A delivery in the page is over.
  void close(PageInfo& page) {
    --page.open;
    if (page.open == 0 && page.bytes != 0) dead_bytes_ += page.bytes;
  }

  /// An acknowledgement has to wait for something else than a record: a letter's receipt.
  void add_promise() { ++promises_; }

  // For the cleaner and for recovery.
  std::map<storage::PageId, PageInfo>& pages() { return pages_; }
  PageInfo& adopt_page(const PageInfo& page);
  /// All that is open in adopted pages is known.
  void settle_adopted();
  /// The page being written takes everything until `end_of_one_page`, however large it becomes.
  void begin_one_page() { takes_all_ = true; }
  void end_of_one_page();
  void drop_page(std::map<storage::PageId, PageInfo>::iterator page);
  std::uint64_t dead_bytes() const { return dead_bytes_; }
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  static constexpr std::size_t kPageSize = 32 * 1024;

  PageInfo& current_page();
  PageInfo& page_with(const MessagePtr& message);
  void close_current_page();
  PageWriter& promised_record();
  void flush_completed();
  void end_record();

  Core& core_;
  storage::Batch batch_;
  PageWriter page_;                // of current_
  PageInfo* current_ = nullptr;    // null: nothing in it yet
  MessagePtr message_;             // the last one written to the page
  std::map<storage::PageId, PageInfo> pages_;
  storage::PageId next_page_ = 1;
  storage::PageId taken_through_ = 0;
  storage::PageId committed_through_ = 0;
  std::uint64_t promises_ = 0;
  std::uint64_t promises_taken_ = 0;
  bool takes_all_ = false;
  std::size_t row_bytes_ = 0;
  std::size_t page_bytes_ = 0;
  std::uint64_t dead_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
  // The completions that become one record.
  SessionNumber completed_session_ = 0;
  std::uint64_t completed_first_ = 0;
  std::uint64_t completed_count_ = 0;
};

}  // namespace sluice::broker
