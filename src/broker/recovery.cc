#include "broker/recovery.h"

#include <algorithm>

#include "broker/home.h"

namespace sluice::broker {

using storage::Table;

ShardId Recovery::home_of(ByteView name) const {
  return home_shard(name, shards_);
}

ShardId Recovery::taker_of(const StoredTransfer& transfer) const {
  return static_cast<ShardId>(transfer.from % shards_);
}

RecoveredSession& Recovery::session(SessionNumber number) {
  const auto [found, is_new] = index_.try_emplace(number, sessions_.size());
  if (is_new) {
    sessions_.emplace_back().number = number;
    last_number_ = std::max(last_number_, number);
  }
  return sessions_[found->second];
}

// Sessions come first, so that the rows of a Session which has ended are told by their number.
void Recovery::on_row(Table table, ByteView key, ByteView value) {
  if (table == Table::Retained) {
    retained_.emplace_back(key, value);
    ++counts_.retained;
    return;
  }
  if (table == Table::Received) {
    const auto transfers = decode_transfer_key(key);
    const auto last = decode_last_transfer(value);
    counts_.unreadable += !transfers || !last;
    if (transfers && last) received_[*transfers] = *last;
    return;
  }
  const auto number = number_of_key(key);
  const bool is_known = number && index_.contains(*number);
  bool is_readable = number.has_value();
  if (number) last_number_ = std::max(last_number_, *number);
  if (number && table == Table::Sessions) {
    auto row = decode_session(value);
    is_readable = row.has_value();
    if (row) session(*number).row = std::move(*row);
    counts_.sessions += row.has_value();
  } else if (is_known && table == Table::Wills) {
    session(*number).will = std::string(value);
  } else if (number && table == Table::Wills) {
    wills_.emplace_back(*number, value);
  } else if (is_known && table == Table::Subscriptions) {
    const auto options = decode_subscription(value);
    is_readable = options.has_value();
    if (options) session(*number).subscriptions.emplace_back(key.substr(8), *options);
  } else if (is_known && table == Table::Queues) {
    auto row = decode_queue(value);
    is_readable = row.has_value();
    if (row) take_progress(session(*number), std::move(*row));
  }
  counts_.unreadable += !is_readable;
}

void Recovery::take_progress(RecoveredSession& session, QueueRow row) {
  for (const auto& [from, end] : row.completed) {
    session.completed.insert(SequenceSet::interval_type::right_open(from, end));
  }
  session.released.insert(row.released.begin(), row.released.end());
  session.received.insert(row.received.begin(), row.received.end());
  session.queue = std::move(row);
}

class Recovery::PageRecords final : public PageReader {
 public:
  PageRecords(Recovery& recovery, Page& page, std::uint32_t index)
      : recovery_(recovery), page_(page), index_(index) {}

  void on_message(const StoredMessage& message) override {
    message_ = message;
    bytes_ = static_cast<std::uint32_t>(sizeof(Message) + message.topic.size() +
                                        message.properties.size() + message.payload.size());
  }
  void on_delivery(const StoredDelivery& delivery) override {
    ++page_.info.deliveries;
    RecoveredSession* session = find(delivery.session);
    if (session == nullptr || delivery.sequence < session->queue.first) return;
    note(*session);
    session->deliveries.push_back({delivery.sequence, index_, bytes_});
    ++recovery_.counts_.deliveries;
  }
  void on_completed(SessionNumber number, std::uint64_t first, std::uint64_t count) override {
    RecoveredSession* session = find_with_progress(number);
    if (session == nullptr || first + count <= session->queue.first) return;
    session->completed.insert(SequenceSet::interval_type::right_open(
        std::max(first, session->queue.first), first + count));
  }
  void on_released(SessionNumber number, std::uint64_t sequence) override {
    RecoveredSession* session = find_with_progress(number);
    if (session != nullptr && sequence >= session->queue.first) session->released.insert(sequence);
  }
  void on_received(SessionNumber number, std::uint16_t packet_id) override {
    if (RecoveredSession* session = find_with_progress(number)) session->received.insert(packet_id);
  }
  void on_transfer(const StoredTransfer& transfer) override {
    const auto found = recovery_.received_.find(transfer.key());
    const std::uint64_t last = found == recovery_.received_.end() ? 0 : found->second;
    if (transfer.sequence <= last) return;
    page_.shards |= std::uint64_t{1} << recovery_.taker_of(transfer);
    recovery_.transfers_.push_back({transfer, std::string(message_.topic),
                                    std::string(message_.properties), std::string(message_.payload),
                                    message_, index_});
  }
  void on_freed(SessionNumber number, std::uint16_t packet_id) override {
    if (RecoveredSession* session = find_with_progress(number)) session->received.erase(packet_id);
  }

 private:
  RecoveredSession* find(SessionNumber number) {
    recovery_.last_number_ = std::max(recovery_.last_number_, number);
    auto found = recovery_.index_.find(number);
    return found == recovery_.index_.end() ? nullptr : &recovery_.sessions_[found->second];
  }
  /// Null too where the Session's row already contains what this page says.
  RecoveredSession* find_with_progress(SessionNumber number) {
    RecoveredSession* session = find(number);
    if (session == nullptr || page_.info.id <= session->queue.as_of) return nullptr;
    note(*session);
    if (session->progress_page == 0) session->progress_page = page_.info.id;
    return session;
  }
  void note(const RecoveredSession& session) {
    page_.shards |= std::uint64_t{1} << recovery_.home_of(session.row.client_id);
  }

  Recovery& recovery_;
  Page& page_;
  std::uint32_t index_;
  std::uint32_t bytes_ = 0;
  StoredMessage message_;
};

void Recovery::on_page(storage::PageId id, ByteView bytes) {
  Page page;
  page.info.id = id;
  page.info.written = written_at(bytes).value_or(0);
  page.info.bytes = static_cast<std::uint32_t>(bytes.size());
  PageRecords records(*this, page, static_cast<std::uint32_t>(pages_.size()));
  counts_.unreadable += !records.read(bytes);
  start_ = std::max(start_, start_of_page(id) + 1);
  pages_.push_back(page);
}

std::uint64_t Recovery::waiting() const {
  std::uint64_t count = 0;
  for (const RecoveredSession& session : sessions_) {
    count +=
        static_cast<std::uint64_t>(std::ranges::count_if(session.deliveries, [&](const auto& one) {
          return !contains(session.completed, one.sequence);
        }));
  }
  return count;
}

std::vector<RecoveredSession> Recovery::take_sessions(ShardId shard) {
  std::vector<RecoveredSession> taken;
  for (RecoveredSession& session : sessions_) {
    if (session.number == 0 || home_of(session.row.client_id) != shard) continue;
    taken.push_back(std::move(session));
    session.number = 0;
  }
  return taken;
}

std::vector<std::pair<SessionNumber, std::string>> Recovery::take_wills(ShardId shard) {
  std::vector<std::pair<SessionNumber, std::string>> taken;
  for (auto& [number, will] : wills_) {
    if (number % shards_ == shard) taken.emplace_back(number, std::move(will));
  }
  return taken;
}

std::vector<TransferKey> Recovery::outdated_transfers() const {
  const std::uint32_t oldest = pages_.empty() ? start_ : start_of_page(pages_.front().info.id);
  std::vector<TransferKey> outdated;
  for (const auto& [key, last] : received_) {
    if (key.start < oldest) outdated.push_back(key);
  }
  return outdated;
}

std::vector<Recovery::Transfer> Recovery::take_transfers(ShardId shard) {
  std::vector<Transfer> taken;
  for (Transfer& transfer : transfers_) {
    if (taker_of(transfer.transfer) != shard) continue;
    taken.push_back(std::move(transfer));
  }
  return taken;
}

std::vector<std::pair<std::string, std::string>> Recovery::take_retained(ShardId shard) {
  std::vector<std::pair<std::string, std::string>> taken;
  for (auto& [topic, message] : retained_) {
    if (topic.empty() || home_of(topic) != shard) continue;  // taken by another shard, or not ours
    taken.emplace_back(std::move(topic), std::move(message));
    topic.clear();
  }
  return taken;
}

}  // namespace sluice::broker
