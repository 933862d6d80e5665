#pragma once

#include <algorithm>
#include <boost/icl/interval_set.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <cstdint>

#include "broker/journal.h"
#include "broker/outbound_queue.h"
#include "broker/ring_queue.h"

namespace sluice::broker {

class Session;

/// Sequence numbers, as runs.
using SequenceSet = boost::icl::interval_set<std::uint64_t>;

/// Which deliveries of a persistent Session are over, from its first open one on.
SequenceSet completed_sequences(Session& session);

/// Where the QoS 1 and 2 messages of one persistent Session lie in the journal.
///
/// Every delivery has a sequence number, given when it is queued; the Packet Identifier follows
/// from it. Memory holds a few bytes per page, not per message: a Session with a million waiting
/// messages costs little more than one with a hundred. Deliveries below `loaded_end` are in the
/// Session's MessageFlow, the others only on disk.
///
/// Lives on   the shard of its Session, from the CONNECT that made it persistent to its end.
class StoredSession : public boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Deliveries of one page that follow each other in sequence.
  struct Run {
    PageInfo* page = nullptr;
    std::uint64_t first = 0;
    std::uint32_t open = 0;   // not completed
    std::uint32_t bytes = 0;  // of these, about
  };

  StoredSession(Session& session, SessionNumber number) : session_(session), number_(number) {}

  Session& session() const { return session_; }
  SessionNumber number() const { return number_; }

  std::uint64_t next_sequence() const { return next_sequence_; }
  /// Deliveries not completed, in flight included, and their bytes.
  std::uint64_t open() const { return open_; }
  std::uint64_t bytes() const { return bytes_; }

  /// The delivery `next_sequence` was written to `page`.
  void add(PageInfo& page, std::size_t bytes);
  /// The delivery is over; the journal says so.
  void complete(Core& core, std::uint64_t sequence);
  /// All are: the Session ends.
  void complete_all(Journal& journal);

  /// The run that holds a sequence number at or above the first open one, or null.
  Run* find_run(std::uint64_t sequence);
  /// The sequence number behind the last of `run`.
  std::uint64_t end_of(const Run& run) const;
  bool is_committed(const Journal& journal, std::uint64_t sequence);
  /// The oldest delivery that is not completed, or next_sequence.
  std::uint64_t first_open() const { return runs_.empty() ? next_sequence_ : runs_.front().first; }
  /// Deliveries of a page have been written again, all of them to another one.
  void move(Journal& journal, PageInfo& from, PageInfo& to);

  /// The delivery added last does not count against the Session's limits: retained messages that a
  /// subscription asked for are owed however many they are.
  void exempt_last(std::size_t bytes);
  std::uint64_t exempt() const { return exempt_; }
  /// What counts against them. Bytes are shares of a page, so those that are exempt may come to
  /// more than all that are left.
  std::uint64_t counted() const { return open_ - exempt_; }
  std::uint64_t counted_bytes() const { return bytes_ - std::min(exempt_bytes_, bytes_); }

  /// Deliveries that are only on disk.
  std::uint64_t on_disk() const;
  /// When the page of the oldest open one was begun; 0: nothing is open.
  WallTime oldest_at() const { return runs_.empty() ? 0 : runs_.front().page->written; }
  /// Ends those of `from` .. `end` - 1 that are not over yet; returns how many. They are only on
  /// disk: from >= loaded_end.
  std::uint64_t drop_on_disk(Core& core, std::uint64_t from, std::uint64_t end);

  /// Ends the oldest delivery that is only on disk; false when there is none.
  bool drop_oldest_on_disk(Core& core);
  /// Whether that one was written before `time`.
  bool is_older_on_disk(WallTime time);

  /// Deliveries from here on are only on disk.
  std::uint64_t loaded_end() const { return loaded_end_; }
  void set_loaded_end(std::uint64_t sequence) { loaded_end_ = sequence; }
  bool has_backlog() const { return loaded_end_ < next_sequence_; }
  /// What has left the Session's queue without being over is only on disk from now on, and so is
  /// all behind it. returns  how many deliveries of `left` are of this kind
  std::size_t unload(const OutboundQueue& left);

  /// Deliveries below have been sent on an earlier Network Connection, or may have been: they are
  /// repeats [MQTT5-3.3.1-1].
  std::uint64_t sent_end = 0;
  storage::PageId loading = 0;  // the page that is to come; 0 is none
  bool is_application = false;
  std::uint32_t purges = 0;  // under way: meanwhile nothing is read from disk
  /// Deliveries below were queued before subscriptions were taken away: only those that another one
  /// still matches may be sent.
  std::uint64_t recheck_below = 0;
  /// Deliveries on disk only that were completed before the broker was started, by a purge, or
  /// while they were in memory.
  SequenceSet completed_on_disk;

  /// The first page with progress of this Session that its QueueRow does not contain; 0 is none.
  storage::PageId progress_page = 0;

  void restore(std::uint64_t next_sequence) { next_sequence_ = loaded_end_ = next_sequence; }
  /// For recovery, in order of sequence: a delivery that is not completed.
  void restore_delivery(PageInfo& page, std::uint64_t sequence, std::uint32_t bytes);

 private:
  void append(PageInfo& page, std::uint64_t sequence, std::uint32_t bytes);
  std::size_t runs_through(std::uint64_t sequence) const;

  Session& session_;
  SessionNumber number_;
  RingQueue<Run> runs_;  // the first one has open deliveries
  std::uint64_t next_sequence_ = 0;
  std::uint64_t loaded_end_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t exempt_ = 0;  // of those open below exempt_end_, about
  std::uint64_t exempt_bytes_ = 0;
  std::uint64_t exempt_end_ = 0;
};

}  // namespace sluice::broker
