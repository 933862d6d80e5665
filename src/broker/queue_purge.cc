#include "broker/queue_purge.h"

#include <algorithm>
#include <utility>

#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {

QueuePurge::QueuePurge(Core& core, Session& session, Done done)
    : core_(core), session_(&session), done_(std::move(done)) {
  if (MessageFlow* const flow = session.flow()) taken_ = flow->queue.take();
  std::size_t stored_count = 0;
  if (StoredSession* const stored = session.stored()) {
    stored_count = stored->unload(taken_);
    next_ = std::max(stored->loaded_end(), stored->sent_end);
    end_ = stored->next_sequence();
    ++stored->purges;
  }
  dropped_ = taken_.replay_size() + taken_.size() - stored_count;
  core_.observer.drop(session, DropReason::Purged, dropped_);
}

bool QueuePurge::advance() {
  std::size_t left = kScanSlice;
  for (; left > 0 && !taken_.empty(); --left) taken_.pop();
  if (session_ != nullptr && session_->stored() != nullptr) drop_on_disk(left);
  const bool is_over = session_ == nullptr || next_ >= end_;
  if (!is_over || !taken_.empty()) return false;
  finish();
  return true;
}

/// Those that another limit has ended meanwhile are passed over.
void QueuePurge::drop_on_disk(std::size_t max) {
  StoredSession& stored = *session_->stored();
  next_ = std::max(next_, stored.loaded_end());
  const std::uint64_t end = std::min(end_, next_ + max);
  if (next_ >= end) return;
  const std::uint64_t dropped = stored.drop_on_disk(core_, next_, end);
  next_ = end;
  dropped_ += dropped;
  core_.observer.drop(*session_, DropReason::Purged, dropped);
}

void QueuePurge::finish() {
  if (session_ != nullptr && session_->stored() != nullptr) {
    --session_->stored()->purges;
    core_.backlog.load_more(*session_);
  }
  done_(dropped_);
}

}  // namespace sluice::broker
