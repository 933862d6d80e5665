#include "broker/stored_session.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {

void StoredSession::add(PageInfo& page, std::size_t bytes) {
  append(page, next_sequence_, static_cast<std::uint32_t>(bytes));
  ++next_sequence_;
}

void StoredSession::restore_delivery(PageInfo& page, std::uint64_t sequence, std::uint32_t bytes) {
  ++page.open;
  append(page, sequence, bytes);
}

void StoredSession::append(PageInfo& page, std::uint64_t sequence, std::uint32_t bytes) {
  if (runs_.empty() || runs_.back().page != &page) {
    runs_.push_back({&page, sequence, 0, 0});
  }
  Run& run = runs_.back();
  ++run.open;
  run.bytes += bytes;
  ++open_;
  bytes_ += bytes;
}

/// How many runs begin at or below `sequence`.
std::size_t StoredSession::runs_through(std::uint64_t sequence) const {
  std::size_t low = 0;
  std::size_t high = runs_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (runs_[middle].first <= sequence) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

StoredSession::Run* StoredSession::find_run(std::uint64_t sequence) {
  const std::size_t through = runs_through(sequence);
  return through == 0 ? nullptr : &runs_[through - 1];
}

std::uint64_t StoredSession::end_of(const Run& run) const {
  const std::size_t through = runs_through(run.first);
  return through < runs_.size() ? runs_[through].first : next_sequence_;
}

bool StoredSession::is_committed(const Journal& journal, std::uint64_t sequence) {
  const Run* run = find_run(sequence);
  return run == nullptr || journal.is_committed(run->page->id);
}

void StoredSession::complete(Core& core, std::uint64_t sequence) {
  Run* run = find_run(sequence);
  SLUICE_ASSERT(run != nullptr && run->open > 0);
  const std::uint32_t bytes = run->bytes / run->open;
  run->bytes -= bytes;
  bytes_ -= bytes;
  --run->open;
  --open_;
  core.journal.close(*run->page);
  core.journal.add_completed(number_, sequence);
  core.cleaner.note_progress(*this);
  while (!runs_.empty() && runs_.front().open == 0) runs_.pop_front();
  runs_.shrink_if_empty();
  loaded_end_ = std::max(loaded_end_, first_open());  // before that all are over
  if (sequence < exempt_end_) {
    exempt_ -= std::min<std::uint64_t>(exempt_, 1);
    exempt_bytes_ =
        exempt_ == 0 ? 0 : exempt_bytes_ - std::min<std::uint64_t>(exempt_bytes_, bytes);
  }
}

void StoredSession::exempt_last(std::size_t bytes) {
  ++exempt_;
  exempt_bytes_ += bytes;
  exempt_end_ = next_sequence_;
}

std::uint64_t StoredSession::on_disk() const {
  std::uint64_t count = next_sequence_ - loaded_end_;
  for (const auto& over : completed_on_disk) {
    if (over.upper() > loaded_end_) count -= over.upper() - std::max(over.lower(), loaded_end_);
  }
  return count;
}

std::size_t StoredSession::unload(const OutboundQueue& left) {
  using Interval = SequenceSet::interval_type;
  std::size_t count = 0;
  const std::uint64_t queue_end = loaded_end_;
  std::uint64_t end = queue_end;                      // of what has been looked at
  const auto pass_to = [&](std::uint64_t sequence) {  // those in between are over
    if (end < sequence) completed_on_disk.insert(Interval::right_open(end, sequence));
  };
  left.for_each([&](const Delivery& delivery) {
    if (delivery.qos == mqtt::Qos::AtMostOnce) return;
    if (count++ == 0) {
      loaded_end_ = delivery.sequence;
    } else {
      pass_to(delivery.sequence);
    }
    end = delivery.sequence + 1;
  });
  if (count > 0) pass_to(queue_end);
  loading = 0;
  return count;
}

std::uint64_t StoredSession::drop_on_disk(Core& core, std::uint64_t from, std::uint64_t end) {
  SLUICE_ASSERT(from >= loaded_end_);
  const bool is_next = from == loaded_end_;
  std::uint64_t dropped = 0;
  for (std::uint64_t sequence = from; sequence < end; ++sequence) {
    if (contains(completed_on_disk, sequence)) continue;
    complete(core, sequence);
    ++dropped;
  }
  if (is_next) {
    loaded_end_ = std::max(loaded_end_, end);
  } else {  // what was sent is still to be read
    completed_on_disk.insert(SequenceSet::interval_type::right_open(from, end));
  }
  return dropped;
}

bool StoredSession::drop_oldest_on_disk(Core& core) {
  while (has_backlog() && contains(completed_on_disk, loaded_end_)) ++loaded_end_;
  if (!has_backlog()) return false;
  complete(core, loaded_end_++);
  return true;
}

bool StoredSession::is_older_on_disk(WallTime time) {
  if (!has_backlog()) return false;
  const Run* run = find_run(loaded_end_);
  return run != nullptr && run->open > 0 && run->page->written < time;
}

void StoredSession::move(Journal& journal, PageInfo& from, PageInfo& to) {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    Run& run = runs_[i];
    if (run.page != &from || run.open == 0) continue;
    run.page = &to;
    for (std::uint32_t left = run.open; left > 0; --left) journal.close(from);
  }
}

void StoredSession::complete_all(Journal& journal) {
  while (!runs_.empty()) {
    const Run run = runs_.pop_front();
    for (std::uint32_t i = 0; i < run.open; ++i) journal.close(*run.page);
  }
  open_ = bytes_ = 0;
}

SequenceSet completed_sequences(Session& session) {
  using Interval = SequenceSet::interval_type;
  const StoredSession& stored = *session.stored();
  SequenceSet completed = stored.completed_on_disk;
  if (stored.first_open() < stored.loaded_end()) {
    completed.insert(Interval::right_open(stored.first_open(), stored.loaded_end()));
  }
  if (MessageFlow* flow = session.flow()) {
    flow->window.for_each([&](const InFlightWindow::Entry&, std::uint16_t packet_id) {
      completed.erase(flow->window.sequence_of(packet_id));
    });
    flow->queue.for_each([&](const Delivery& delivery) {
      if (delivery.qos != mqtt::Qos::AtMostOnce) completed.erase(delivery.sequence);
    });
  }
  return completed;
}

}  // namespace sluice::broker
