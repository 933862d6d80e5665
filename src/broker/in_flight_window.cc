#include "broker/in_flight_window.h"

namespace sluice::broker {

void InFlightWindow::add(Delivery delivery) {
  SLUICE_ASSERT(has_room());
  const std::uint64_t sequence = first_ + entries_.size();
  entries_.push_back({std::move(delivery), Stage::Publish, true});
  if (next_unsent_ == sequence) ++next_unsent_;
  ++open_;
  ++sent_;
}

InFlightWindow::Entry* InFlightWindow::find(std::uint16_t packet_id) {
  if (packet_id == 0 || entries_.empty()) return nullptr;
  const std::uint64_t offset = (packet_id + kSpanMax - id_of(first_)) % kSpanMax;
  if (offset >= entries_.size() || entries_[offset].stage == Stage::Done) return nullptr;
  return &entries_[offset];
}

void InFlightWindow::release(Entry& entry) {
  if (entry.stage == Stage::Pubrel) return;
  entry.stage = Stage::Pubrel;
  entry.delivery.message.reset();
  entry.delivery.more_subscription_ids.reset();
  ++released_;
}

void InFlightWindow::complete(std::uint16_t packet_id) {
  Entry* entry = find(packet_id);
  SLUICE_ASSERT(entry != nullptr);
  sent_ -= entry->sent;
  released_ -= entry->stage == Stage::Pubrel;
  --open_;
  *entry = Entry{};
  drop_done();
}

void InFlightWindow::restart() {
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].sent = false;
  next_unsent_ = first_;
  sent_ = 0;
}

std::optional<InFlightWindow::Unsent> InFlightWindow::next_unsent() {
  const std::uint64_t end = first_ + entries_.size();
  for (; next_unsent_ < end; ++next_unsent_) {
    Entry& entry = entries_[next_unsent_ - first_];
    if (entry.stage != Stage::Done && !entry.sent) return Unsent{entry, id_of(next_unsent_)};
  }
  return std::nullopt;
}

void InFlightWindow::drop_done() {
  while (!entries_.empty() && entries_.front().stage == Stage::Done) {
    entries_.pop_front();
    ++first_;
  }
  if (next_unsent_ < first_) next_unsent_ = first_;
  entries_.shrink_if_empty();
}

}  // namespace sluice::broker
