#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/stored_session.h"
#include "storage/engine.h"

namespace sluice::broker {

/// A Session as the store knows it.
struct RecoveredSession {
  struct Delivery {
    std::uint64_t sequence;
    std::uint32_t page;  // index into Recovery::pages
    std::uint32_t bytes;
  };

  SessionNumber number = 0;
  SessionRow row;
  std::vector<std::pair<std::string, SubscriptionOptions>> subscriptions;  // by filter as asked for
  std::optional<std::string> will;                                         // a WillRow
  QueueRow queue;
  std::vector<Delivery> deliveries;  // in the order of the pages
  SequenceSet completed;
  std::set<std::uint64_t> released;
  std::set<std::uint16_t> received;
  storage::PageId progress_page = 0;  // the first with progress that `queue` does not contain
};

/// Reads a store and puts together what the shards of this start of the broker hold.
///
/// Lives on   the thread that starts the shards, before they run.
class Recovery final : public storage::LoadSink {
 public:
  struct Page {
    PageInfo info;
    std::uint64_t shards = 0;  // a bit for each that has something in it
  };
  /// A message that one shard had not handed to another for sure.
  struct Transfer {
    StoredTransfer transfer;
    std::string topic;
    std::string properties;
    std::string payload;
    StoredMessage message;  // its views are not set
    std::uint32_t page;     // index
  };
  struct Counts {
    std::uint64_t sessions = 0;
    std::uint64_t deliveries = 0;  // some of which are completed
    std::uint64_t retained = 0;
    std::uint64_t unreadable = 0;  // rows and pages whose bytes make no sense: passed over
  };

  explicit Recovery(unsigned shards) : shards_(shards) {}

  void on_row(storage::Table table, ByteView key, ByteView value) override;
  void on_page(storage::PageId id, ByteView bytes) override;

  // To be called when everything has been read.

  std::vector<RecoveredSession> take_sessions(ShardId shard);
  /// Wills of Clients without a persistent Session, whose connection the end of the broker ended.
  std::vector<std::pair<SessionNumber, std::string>> take_wills(ShardId shard);
  std::vector<std::pair<std::string, std::string>> take_retained(ShardId shard);
  /// In order. All of one key are one shard's, for there is one row of how far they have got.
  std::vector<Transfer> take_transfers(ShardId shard);
  /// Rows about transfers of which no page is left.
  std::vector<TransferKey> outdated_transfers() const;
  const std::vector<Page>& pages() const { return pages_; }
  /// The number of this start: above those of all pages.
  std::uint32_t start() const { return start_; }
  /// Session numbers from here on are free.
  SessionNumber next_number() const { return last_number_ + 1; }
  const Counts& counts() const { return counts_; }
  /// Deliveries that are not completed.
  std::uint64_t waiting() const;

 private:
  class PageRecords;

  ShardId home_of(ByteView name) const;
  ShardId taker_of(const StoredTransfer& transfer) const;
  RecoveredSession& session(SessionNumber number);
  static void take_progress(RecoveredSession& session, QueueRow row);

  unsigned shards_;
  boost::unordered_flat_map<SessionNumber, std::size_t> index_;
  std::vector<RecoveredSession> sessions_;
  std::vector<std::pair<SessionNumber, std::string>> wills_;
  std::vector<std::pair<std::string, std::string>> retained_;
  std::vector<Page> pages_;
  std::vector<Transfer> transfers_;
  std::map<TransferKey, std::uint64_t> received_;  // the last one
  std::uint32_t start_ = 1;
  SessionNumber last_number_ = 0;
  Counts counts_;
};

}  // namespace sluice::broker
