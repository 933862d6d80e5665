#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "storage/engine.h"

namespace sluice::storage {

/// Keeps batches in memory: nothing outlives the process, nothing fails.
///
/// Pages can be read until they are dropped. Rows only matter after a restart, so whoever does not
/// reload the engine says that they need not be kept.
class MemoryEngine final : public Engine {
 public:
  explicit MemoryEngine(bool keeps_rows) : keeps_rows_(keeps_rows) {}

  Result<LoadReport> load(LoadSink& sink) override;
  Result<void> write(std::span<const Batch> batches) override;
  Result<void> restart() override { return {}; }
  Result<std::optional<std::string>> read_page(PageId id) override;
  std::uint64_t disk_bytes() const override { return 0; }
  Result<void> copy_to(const std::string&) override {
    return failure("nothing is kept on a disk (storage.durability: memory)");
  }

 private:
  void apply(const Batch& batch);

  const bool keeps_rows_;
  std::mutex mutex_;
  std::map<std::pair<Table, std::string>, std::string> rows_;
  std::map<PageId, std::string> pages_;
};

}  // namespace sluice::storage
