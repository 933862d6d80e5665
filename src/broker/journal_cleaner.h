#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <string>

#include "broker/stored_session.h"

namespace sluice::broker {

struct Core;

/// Drops pages of the journal in which nothing is open, so that a drained store shrinks: a slice of
/// them a tick.
///
/// A page may also say that deliveries of other pages are over. Before it goes, the progress of
/// the Sessions concerned is written as rows: otherwise what was delivered would come again after
/// a restart. Pages with little left in them are written anew, so that one Session that is away for
/// long does not keep the messages of all others.
class JournalCleaner {
 public:
  explicit JournalCleaner(Core& core) : core_(core) {}

  /// The journal has just recorded progress of the Session.
  void note_progress(StoredSession& stored);
  /// After a restart, in the order of pages: the store has progress since that page.
  void restore_progress(StoredSession& stored, storage::PageId since);
  /// The Session ends.
  void forget(StoredSession& stored);

  /// Once per tick.
  void clean_if_worth_it();
  /// A page came that may have been asked for here.
  void on_page(storage::PageId id, const std::optional<std::string>& bytes);
  /// Another shard needs a page of an earlier start no longer.
  void on_page_done(storage::PageId id);

 private:
  using WithProgress =
      boost::intrusive::list<StoredSession, boost::intrusive::constant_time_size<false>>;

  bool is_worth_cleaning() const;
  void drop_dead_pages();
  void write_progress(storage::PageId through);
  void rewrite_sparse_pages();

  Core& core_;
  WithProgress with_progress_;  // in the order of their progress_page
  boost::unordered_flat_set<storage::PageId> rewriting_;
  storage::PageId looked_through_ = 0;  // where a cleaning goes on in the next tick; 0: none does
  unsigned ticks_ = 0;
};

}  // namespace sluice::broker
