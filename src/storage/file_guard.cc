#include "storage/file_guard.h"

#include <utility>

namespace sluice::storage {

using rocksdb::IOStatus;

class FileGuard::SequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  SequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, FileGuard& guard)
      : FSSequentialFileOwnerWrapper(std::move(file)), guard_(guard) {}

  IOStatus Read(std::size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                char* scratch, rocksdb::IODebugContext* context) override {
    return guard_.note(target()->Read(n, options, result, scratch, context));
  }

 private:
  FileGuard& guard_;
};

class FileGuard::RandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FileGuard& guard)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), guard_(guard) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options,
                rocksdb::Slice* result, char* scratch,
                rocksdb::IODebugContext* context) const override {
    return guard_.note(target()->Read(offset, n, options, result, scratch, context));
  }

 private:
  FileGuard& guard_;
};

void FileGuard::hold() {
  const std::scoped_lock lock(mutex_);
  read_error_ = IOStatus::OK();
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
  holding_ = false;
  held_.clear();
}

std::set<std::string> FileGuard::held() const {
  const std::scoped_lock lock(mutex_);
  return held_;
}

IOStatus FileGuard::read_error() const {
  const std::scoped_lock lock(mutex_);
  return read_error_;
}

IOStatus FileGuard::note(IOStatus status) {
  if (status.ok()) return status;
  const std::scoped_lock lock(mutex_);
  if (read_error_.ok()) read_error_ = status;
  return status;
}

IOStatus FileGuard::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* context) {
  auto status = target()->NewSequentialFile(path, options, result, context);
  if (!status.ok()) return status.IsPathNotFound() ? status : note(std::move(status));
  *result = std::make_unique<SequentialFile>(std::move(*result), *this);
  return status;
}

IOStatus FileGuard::NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* context) {
  auto status = target()->NewRandomAccessFile(path, options, result, context);
  if (!status.ok()) return status.IsPathNotFound() ? status : note(std::move(status));
  *result = std::make_unique<RandomAccessFile>(std::move(*result), *this);
  return status;
}

IOStatus FileGuard::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) {
  {
    const std::scoped_lock lock(mutex_);
    if (holding_ && !read_error_.ok()) return read_error_;
  }
  return target()->NewWritableFile(path, options, result, context);
}

IOStatus FileGuard::DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) {
  if (path.ends_with(".sst") || path.ends_with(".log")) {
    const std::scoped_lock lock(mutex_);
    if (holding_) {
      held_.insert(path);
      return IOStatus::OK();
    }
  }
  return target()->DeleteFile(path, options, context);
}

IOStatus FileGuard::RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) {
  constexpr std::string_view kCurrent = "/CURRENT";
  if (to.ends_with(kCurrent)) {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    auto status = target()->NewDirectory(to.substr(0, to.size() - kCurrent.size()), options,
                                         &folder, context);
    if (status.ok()) status = folder->Fsync(options, context);
    if (!status.ok()) return status;
  }
  return target()->RenameFile(from, to, options, context);
}

}  // namespace sluice::storage
