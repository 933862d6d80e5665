#include "storage/file_guard.h"

#include <utility>

namespace sluice::storage {

void FileGuard::hold() {
  const std::scoped_lock lock(mutex_);
  holding_ = true;
}

void FileGuard::release() {
  std::set<std::string> paths;
  {
    const std::scoped_lock lock(mutex_);
    holding_ = false;
    paths = std::exchange(held_, {});
  }
  // One that stays behind is a leftover again at the next start.
  for (const auto& path : paths) target()->DeleteFile(path, {}, nullptr).PermitUncheckedError();
}

void FileGuard::forget() {
  const std::scoped_lock lock(mutex_);
  held_.clear();
}

std::set<std::string> FileGuard::held() const {
  const std::scoped_lock lock(mutex_);
  return held_;
}

rocksdb::IOStatus FileGuard::DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                        rocksdb::IODebugContext* context) {
  if (path.ends_with(".sst") || path.ends_with(".log")) {
    const std::scoped_lock lock(mutex_);
    if (holding_) {
      held_.insert(path);
      return rocksdb::IOStatus::OK();
    }
  }
  return target()->DeleteFile(path, options, context);
}

}  // namespace sluice::storage
