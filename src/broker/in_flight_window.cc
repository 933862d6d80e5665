#include "broker/in_flight_window.h"

namespace sluice::broker {

void InFlightWindow::add(Delivery&& delivery, std::uint64_t sequence) {
  SLUICE_ASSERT(has_room_for(sequence) && sequence >= end());
  if (entries_.empty()) first_ = next_unsent_ = sequence;
  while (end() < sequence) {
    if (next_unsent_ == end()) ++next_unsent_;
    entries_.push_back(Entry{});
  }
  entries_.push_back({std::move(delivery), Stage::Publish, true});
  if (next_unsent_ == sequence) ++next_unsent_;
  ++open_;
  ++sent_;
}

InFlightWindow::Entry* InFlightWindow::find(std::uint16_t packet_id) {
  if (packet_id == 0 || entries_.empty()) return nullptr;
  const std::uint64_t offset = offset_of(packet_id);
  if (offset >= entries_.size() || entries_[offset].stage == Stage::Done) return nullptr;
  return &entries_[offset];
}

void InFlightWindow::release(Entry& entry) {
  if (entry.stage == Stage::Pubrel) return;
  unloaded_ -= !entry.delivery.message;
  entry.stage = Stage::Pubrel;
  entry.delivery.message.reset();
  entry.delivery.more_subscription_ids.reset();
  ++released_;
}

void InFlightWindow::complete(Entry& entry) {
  SLUICE_ASSERT(entry.stage != Stage::Done);
  sent_ -= entry.sent;
  released_ -= entry.stage == Stage::Pubrel;
  unloaded_ -= entry.stage == Stage::Publish && !entry.delivery.message;
  --open_;
  entry = Entry{};
  drop_done();
}

void InFlightWindow::restart() {
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].sent = false;
  next_unsent_ = first_;
  sent_ = 0;
}

void InFlightWindow::unload() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.stage != Stage::Publish || !entry.delivery.message) continue;
    entry.delivery.message.reset();
    ++unloaded_;
  }
}

std::optional<std::uint64_t> InFlightWindow::first_unloaded() {
  if (unloaded_ == 0) return std::nullopt;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].stage == Stage::Publish && !entries_[i].delivery.message) return first_ + i;
  }
  return std::nullopt;
}

bool InFlightWindow::load(std::uint64_t sequence, Delivery&& delivery) {
  if (sequence < first_ || sequence >= end()) return false;
  Entry& entry = entries_[sequence - first_];
  if (entry.stage != Stage::Publish || entry.delivery.message) return false;
  entry.delivery = std::move(delivery);
  --unloaded_;
  return true;
}

void InFlightWindow::restore(std::uint64_t first, std::uint64_t end,
                             std::span<const std::uint64_t> open,
                             const std::set<std::uint64_t>& released) {
  first_ = next_unsent_ = first;
  for (std::uint64_t sequence = first; sequence < end; ++sequence) {
    Entry& entry = entries_.push_back(Entry{});
    if (open.empty() || open.front() != sequence) continue;
    open = open.subspan(1);
    entry.stage = Stage::Publish;
    ++open_;
    ++unloaded_;
    if (!released.contains(sequence)) continue;
    entry.delivery.qos = mqtt::Qos::ExactlyOnce;
    release(entry);
  }
  drop_done();
}

std::optional<InFlightWindow::Unsent> InFlightWindow::next_unsent() {
  const std::uint64_t end = first_ + entries_.size();
  for (; next_unsent_ < end; ++next_unsent_) {
    Entry& entry = entries_[next_unsent_ - first_];
    if (entry.stage == Stage::Done || entry.sent) continue;
    if (entry.stage == Stage::Publish && !entry.delivery.message) return std::nullopt;
    return Unsent{entry, id_of(next_unsent_)};
  }
  return std::nullopt;
}

void InFlightWindow::drop_done() {
  while (!entries_.empty() && entries_.front().stage == Stage::Done) {
    entries_.drop_front();
    ++first_;
  }
  if (next_unsent_ < first_) next_unsent_ = first_;
  entries_.shrink_if_empty();
}

}  // namespace sluice::broker
