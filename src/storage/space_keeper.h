#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/dropped_pages.h"
#include "storage/store.h"

namespace sluice::storage {

/// Gives the room of dropped pages and erased rows back to the disk.
///
/// A thread of its own looks once a second, and sleeps for good while nothing is written: journal
/// files with nothing but dropped pages are deleted, those where they are the greater part are
/// written again. When a second passed without a write the log is emptied and the rows are merged
/// if many were erased, so that a drained store is a small one.
///
/// Lives as long as its store is open, and no longer.
class SpaceKeeper {
 public:
  SpaceKeeper(Store& store, const DroppedPages& dropped);
  ~SpaceKeeper();
  SpaceKeeper(const SpaceKeeper&) = delete;
  SpaceKeeper& operator=(const SpaceKeeper&) = delete;

  /// Something was written. Cheap, from the thread that writes.
  void on_write();

 private:
  void run();
  void tidy_journal();
  void tidy_when_idle();

  Store& store_;
  const DroppedPages& dropped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stops_ = false;
  bool written_ = true;  // a store that was just opened may hold what nobody wants any more
  std::thread thread_;
};

}  // namespace sluice::storage
