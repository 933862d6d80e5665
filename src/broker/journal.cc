#include "broker/journal.h"

#include "broker/core.h"
#include "broker/stored_delivery.h"

namespace sluice::broker {
namespace {

/// start 24 bits, shard 8 bits, number 32 bits: ids grow with the start, whatever the shards are.
storage::PageId first_page_of(std::uint32_t start, ShardId shard) {
  return std::uint64_t{start} << 40 | std::uint64_t{shard} << 32 | 1;
}

}  // namespace

ShardId owner_of_page(storage::PageId id, unsigned shards) {
  return static_cast<ShardId>((id >> 32 & 0xFF) % shards);
}

std::uint32_t start_of_page(storage::PageId id) {
  return static_cast<std::uint32_t>(id >> 40);
}

void Journal::begin(std::uint32_t start) {
  next_page_ = first_page_of(start, core_.self);
  taken_through_ = committed_through_ = next_page_ - 1;
}

bool Journal::is_durable() const {
  return core_.store.is_durable();
}

PageInfo& Journal::current_page() {
  if (current_ == nullptr) {
    const storage::PageId id = next_page_++;
    page_ = PageWriter(core_.wall_now());
    message_.reset();
    current_ = &pages_[id];
    current_->id = id;
    current_->written = core_.wall_now();
  }
  return *current_;
}

/// The page being written, with the message as the last one in it.
PageInfo& Journal::page_with(const MessagePtr& message) {
  flush_completed();
  PageInfo& page = current_page();
  if (message_ != message) {
    page_.message(to_stored(core_, *message));
    message_ = message;
  }
  return page;
}

PageInfo& Journal::add_transfer(const MessagePtr& message, const StoredTransfer& transfer) {
  PageInfo& page = page_with(message);
  page_.transfer(transfer);
  ++page.transfers;
  ++page.open;
  ++promises_;
  end_record();
  return page;
}

PageInfo& Journal::add_delivery(SessionNumber session, const Delivery& delivery) {
  PageInfo& page = page_with(delivery.message);
  page_.delivery(session, delivery.sequence, delivery.qos, delivery.retain,
                 delivery.subscription_id, delivery.more_subscription_ids.get());
  ++page.deliveries;
  ++page.open;
  if (is_durable()) ++promises_;
  end_record();
  return page;
}

void Journal::end_record() {
  if (page_.size() >= kPageSize && !takes_all_) close_current_page();
}

void Journal::end_of_one_page() {
  takes_all_ = false;
  end_record();
}

void Journal::close_current_page() {
  if (current_ == nullptr) return;
  PageInfo& page = *std::exchange(current_, nullptr);
  std::string bytes = page_.take();
  page.bytes = static_cast<std::uint32_t>(bytes.size());
  total_bytes_ += page.bytes;
  if (page.open == 0) dead_bytes_ += page.bytes;
  page_bytes_ += bytes.size();
  batch_.pages.push_back({page.id, std::move(bytes)});
  message_.reset();
}

storage::PageId Journal::seal_page() {
  flush_completed();
  close_current_page();
  return next_page_ - 1;
}

void Journal::add_completed(SessionNumber session, std::uint64_t sequence) {
  if (!is_durable()) return;
  if (completed_count_ > 0 && completed_session_ == session &&
      completed_first_ + completed_count_ == sequence) {
    ++completed_count_;
    return;
  }
  flush_completed();
  current_page();  // it is the one that will say so
  completed_session_ = session;
  completed_first_ = sequence;
  completed_count_ = 1;
}

void Journal::flush_completed() {
  if (completed_count_ == 0) return;
  page_.completed(completed_session_, completed_first_, std::exchange(completed_count_, 0));
  end_record();
}

PageWriter& Journal::promised_record() {
  flush_completed();
  current_page();
  ++promises_;
  return page_;
}

void Journal::add_released(SessionNumber session, std::uint64_t sequence) {
  if (!is_durable()) return;
  promised_record().released(session, sequence);
  end_record();
}

void Journal::add_received(SessionNumber session, std::uint16_t packet_id) {
  if (!is_durable()) return;
  promised_record().received(session, packet_id);
  end_record();
}

void Journal::add_freed(SessionNumber session, std::uint16_t packet_id) {
  if (!is_durable()) return;
  promised_record().freed(session, packet_id);
  end_record();
}

void Journal::put(storage::Table table, std::string key, std::string value, Need need) {
  if (!is_durable()) return;
  row_bytes_ += key.size() + value.size();
  batch_.rows.push_back({table, std::move(key), std::move(value)});
  if (need == Need::Promise) ++promises_;
}

void Journal::erase(storage::Table table, std::string key, Need need) {
  if (!is_durable()) return;
  row_bytes_ += key.size();
  batch_.rows.push_back({table, std::move(key), std::nullopt});
  if (need == Need::Promise) ++promises_;
}

bool Journal::has_records() const {
  return current_ != nullptr || !batch_.empty();
}

storage::Batch Journal::take_batch() {
  taken_through_ = seal_page();
  promises_taken_ = promises_;
  row_bytes_ = page_bytes_ = 0;
  return std::exchange(batch_, {});
}

PageInfo& Journal::adopt_page(const PageInfo& page) {
  total_bytes_ += page.bytes;
  return pages_[page.id] = page;
}

void Journal::settle_adopted() {
  for (const auto& [id, page] : pages_) {
    if (page.open == 0) dead_bytes_ += page.bytes;
  }
}

void Journal::drop_page(std::map<storage::PageId, PageInfo>::iterator page) {
  dead_bytes_ -= page->second.bytes;
  total_bytes_ -= page->second.bytes;
  if (page->second.is_foreign) {
    core_.groups.when_done([this, id = page->first] {
      core_.post(owner_of_page(id, core_.shards), PageDoneLetter{id});
    });
  } else {
    auto& dropped = batch_.dropped;
    if (!dropped.empty() && dropped.back().last + 1 == page->first) {
      dropped.back().last = page->first;
    } else {
      dropped.push_back({page->first, page->first});
    }
  }
  pages_.erase(page);
}

}  // namespace sluice::broker
