#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/rocksdb_engine.h"
#include "storage/testing/collector.h"
#include "storage/testing/script.h"
#include "storage/testing/simulated_disk.h"

namespace sluice::storage::testing {

/// A store on a simulated disk, with memory so small that a script of a few dozen writes fills
/// several files.
class SimulatedStore {
 public:
  std::shared_ptr<SimulatedDisk> disk = std::make_shared<SimulatedDisk>();

  Result<std::unique_ptr<Engine>> open() const {
    return RocksDbEngine::open(
        {.folder = "/data", .page_buffer_bytes = 64 * 1024, .file_system = disk});
  }
};

/// Whether `found` is what was certain, or that with some first of the batches of a write whose end
/// nobody saw.
inline bool is_prefix(const Model& found, Model certain, const std::vector<Batch>& uncertain) {
  if (found == certain) return true;
  for (const Batch& batch : uncertain) {
    certain.apply(batch);
    if (found == certain) return true;
  }
  return false;
}

}  // namespace sluice::storage::testing
