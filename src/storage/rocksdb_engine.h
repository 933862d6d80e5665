#pragma once

#include <memory>
#include <string>

#include "storage/engine.h"

namespace rocksdb {
class FileSystem;
}

namespace sluice::storage {

struct RocksDbOptions {
  std::string folder;  // the data directory; created when missing
  bool sync = true;    // whether a write waits for stable storage or for the operating system
  std::size_t page_buffer_bytes = 7 * 1024 * 1024;  // pages that wait in memory for a file, twice
  std::shared_ptr<rocksdb::FileSystem> file_system = {};  // null: the machine's own
};

/// Keeps batches in RocksDB, one write as one record of its log. See README.md for the parts.
class RocksDbEngine final : public Engine {
 public:
  /// Recovers what the folder holds. Damage is no error: what can be read is served, `load` reports
  /// the rest.
  /// errors  folder not writable, in use, of a newer version; no space
  static Result<std::unique_ptr<Engine>> open(const RocksDbOptions& options);

  ~RocksDbEngine() override;

  Result<LoadReport> load(LoadSink& sink) override;
  Result<void> write(std::span<const Batch> batches) override;
  std::chrono::microseconds last_sync() const override;
  Result<void> restart() override;
  Result<std::optional<std::string>> read_page(PageId id) override;
  std::uint64_t disk_bytes() const override;
  std::uint64_t memory_bytes() const override;
  Result<void> copy_to(const std::string& folder) override;

 private:
  struct Parts;
  explicit RocksDbEngine(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::storage
