#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace sluice::storage {

/// Keeps tables and logs from being deleted while a store is opened and loaded.
///
/// A MANIFEST that lost its end names fewer tables than there are: RocksDB takes the others for
/// leftovers and deletes them, as it does with logs once it read of them what it could. Held back
/// until it is known that nothing is missing, they can still be read or put aside.
///
/// When RocksDB makes CURRENT name another MANIFEST, the guard sees to it that the name of that one
/// is on the disk first: not every file system keeps the order of unsynced changes to a folder.
///
/// It also remembers that a read failed. Told to pass over damage, RocksDB takes a disk that does
/// not answer for damage too: no file may be written then, so that what was not read stays.
class FileGuard final : public rocksdb::FileSystemWrapper {
 public:
  explicit FileGuard(const std::shared_ptr<rocksdb::FileSystem>& target)
      : FileSystemWrapper(target) {}

  void hold();
  /// Deletes what was held back; from now on files are deleted at once.
  void release();
  /// Forgets what was held back and holds no more, because the folder is replaced as a whole.
  void forget();
  /// The first read since `hold` that failed.
  rocksdb::IOStatus read_error() const;
  std::set<std::string> held() const;

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  const char* Name() const override { return "sluice.file_guard"; }

 private:
  class SequentialFile;
  class RandomAccessFile;
  rocksdb::IOStatus note(rocksdb::IOStatus status);

  mutable std::mutex mutex_;
  bool holding_ = false;
  std::set<std::string> held_;
  rocksdb::IOStatus read_error_;
};

}  // namespace sluice::storage
