#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::storage {

/// Names one page of the journal. Whoever writes pages numbers them upwards and never gives an id
/// twice while the store holds a page of that id.
using PageId = std::uint64_t;

/// A run of records that were written together: what happened, in the order it happened.
struct Page {
  PageId id;
  std::string bytes;
};
/// Pages first .. last, both included; those of them that do not exist are passed over.
struct PageRange {
  PageId first;
  PageId last;
};

/// State that is replaced in place, by purpose. The numbers are on disk.
enum class Table : std::uint8_t {
  Sessions = 1,
  Subscriptions = 2,
  Wills = 3,
  Queues = 4,
  Retained = 5,
  Received = 6,
};

/// Sets a row, or erases it where there is no value.
struct RowChange {
  Table table;
  std::string key;
  std::optional<std::string> value;
};

/// Everything that has to become durable together: all of it or, after a crash, nothing.
/// A page may be written and dropped, or a row set twice, in one batch: the order is pages, then
/// rows in their order, then dropped ranges.
struct Batch {
  std::vector<Page> pages = {};
  std::vector<RowChange> rows = {};
  std::vector<PageRange> dropped = {};

  bool empty() const { return pages.empty() && rows.empty() && dropped.empty(); }
};

/// Takes what a store holds when it is loaded.
class LoadSink {
 public:
  virtual void on_row(Table table, ByteView key, ByteView value) = 0;
  virtual void on_page(PageId id, ByteView bytes) = 0;

 protected:
  ~LoadSink() = default;
};

struct LoadReport {
  std::uint64_t rows = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;
  /// Records whose checksum failed: taken out of the store and kept aside, not given to the sink.
  std::uint64_t damaged = 0;
  /// For a person: what was damaged and where it was put, a line each, at most a few dozen.
  std::vector<std::string> damages;
};

/// What keeps batches: rows and pages, nothing of MQTT.
///
/// Threads    `write`, `restart` and `load` from one thread at a time; `read_page` and `copy_to`
/// from
///            any, also meanwhile. All of them may block on the disk.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Gives everything to `sink`: rows in the order of table and key, then pages in the order of
  /// their ids. Before the first `write`.
  virtual Result<LoadReport> load(LoadSink& sink) = 0;

  /// When this returns success the batches are as durable as the engine was opened for. They are
  /// applied in order, each atomically; after a crash during the call some first of them are there.
  /// After an error nothing may be written until `restart` succeeded: what failed to reach the disk
  /// is never synced again as if it had.
  virtual Result<void> write(std::span<const Batch> batches) = 0;

  /// How long the last `write` waited for stable storage; 0: it did not. For the thread that wrote.
  virtual std::chrono::microseconds last_sync() const { return {}; }

  /// After a failed `write`: goes on with fresh files. The batches that failed may be written again
  /// then, whether or not parts of them had arrived.
  virtual Result<void> restart() = 0;

  /// The bytes of a page written earlier, nullopt when there is none (dropped, damaged).
  virtual Result<std::optional<std::string>> read_page(PageId id) = 0;

  /// Bytes on disk, for operators; 0 where there is no disk.
  virtual std::uint64_t disk_bytes() const = 0;

  /// Bytes of memory that the engine holds, about, for operators: what it has not brought into its
  /// files yet and what it keeps of them.
  virtual std::uint64_t memory_bytes() const { return 0; }

  /// Writes all that is durable now to a data directory of its own, while others write on. Files
  /// that never change are linked, so it takes little room at first.
  ///
  /// folder  exists, on the same file system
  /// errors  no room, or nothing is kept on a disk
  virtual Result<void> copy_to(const std::string& folder) = 0;
};

}  // namespace sluice::storage
