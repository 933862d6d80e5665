#include "storage/status.h"

namespace sluice::storage {

std::string describe(const rocksdb::Status& status) {
  return status.IsNoSpace() ? "no space left on the disk" : status.ToString();
}

bool is_damage(const rocksdb::Status& status) {
  return status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound() ||
         status.IsInvalidArgument() || status.IsNotSupported();
}

}  // namespace sluice::storage
