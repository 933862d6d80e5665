#include "broker/drop_ledger.h"

#include <algorithm>

namespace sluice::broker {
namespace {

constexpr auto kReasons = static_cast<std::size_t>(DropReason::Count);

/// Client and reason; never 0, as that is the key of those under no name.
std::uint64_t key_of(PublisherId client, DropReason reason) {
  return (client ^ (static_cast<std::uint64_t>(reason) + 1) * 0x9E3779B97F4A7C15) | 1;
}

}  // namespace

DropLedger::DropLedger() : entries_(kReasons) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    entries_[i].dropped.reason = static_cast<DropReason>(i);
  }
}

DropLedger::Entry& DropLedger::find_or_make(const Drop& drop) {
  const auto nobody = static_cast<std::uint32_t>(drop.reason);
  if (drop.client == 0) return entries_[last_ = nobody];
  const std::uint64_t key = key_of(drop.client, drop.reason);
  if (entries_[last_].key == key) return entries_[last_];
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return entries_[last_ = found->second];
  if (by_key_.size() >= kLedgerMax) return entries_[last_ = nobody];
  last_ = static_cast<std::uint32_t>(entries_.size());
  by_key_.emplace(key, last_);
  Entry& made = entries_.emplace_back();
  made.key = key;
  made.dropped.client_id = drop.client_id;
  made.dropped.reason = drop.reason;
  return made;
}

void DropLedger::add(const Drop& drop, WallTime now) {
  Entry& entry = find_or_make(drop);
  DroppedMessages& dropped = entry.dropped;
  dropped.count += drop.count;
  // Once a millisecond will do, in a flood.
  if (!drop.topic.empty() && dropped.last_at != now) dropped.last_topic = drop.topic;
  dropped.last_at = now;
  if (!drop.is_news) return;
  if (entry.untold == 0) news_.push_back(last_);
  entry.untold += drop.count;
}

std::vector<DroppedMessages> DropLedger::list(ByteView client_id, std::size_t max) const {
  std::vector<DroppedMessages> all;
  for (const Entry& entry : entries_) {
    const bool is_wanted = client_id.empty() || entry.dropped.client_id == client_id;
    if (is_wanted && entry.dropped.count > 0) all.push_back(entry.dropped);
  }
  std::ranges::sort(all, std::greater{}, &DroppedMessages::count);
  if (all.size() > max) all.erase(all.begin() + static_cast<std::ptrdiff_t>(max), all.end());
  return all;
}

void DropLedger::make_room() {
  if (by_key_.size() < kLedgerMax || !news_.empty()) return;
  const auto begin = entries_.begin() + kReasons;
  const auto middle = begin + static_cast<std::ptrdiff_t>(kLedgerMax / 2);
  std::nth_element(begin, middle, entries_.end(), [](const Entry& a, const Entry& b) {
    return a.dropped.last_at > b.dropped.last_at;
  });
  for (auto forgotten = middle; forgotten != entries_.end(); ++forgotten) {
    entries_[static_cast<std::size_t>(forgotten->dropped.reason)].dropped.count +=
        forgotten->dropped.count;
  }
  entries_.erase(middle, entries_.end());
  by_key_.clear();
  for (std::size_t i = kReasons; i < entries_.size(); ++i) {
    by_key_.emplace(entries_[i].key, static_cast<std::uint32_t>(i));
  }
  last_ = 0;
}

}  // namespace sluice::broker
