#pragma once

#include <rocksdb/env.h>

#include <string>

#include "base/result.h"

namespace sluice::storage {

/// The data directory around RocksDB's own folder: who may use it, which version it has, what was
/// put aside.
///
///   lock          held while a process uses the directory
///   version       one line, see docs/reference/storage-format.md
///   db/           RocksDB
///   repaired/     only while a damaged store is being replaced
///   quarantine/N  what the N-th damage left, for a person to look at
///
/// Lives as long as the store is open; the destructor gives the lock back.
class DataFolder {
 public:
  /// Creates the directory with mode 0700 where it is missing and takes its lock.
  /// errors  not writable; in use, with the number of the process; made by a newer version
  static Result<DataFolder> open(const std::string& path, rocksdb::Env& env);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  std::string db() const { return path_ + "/db"; }
  std::string repaired() const { return path_ + "/repaired"; }

  /// Marks `folder` as a data directory of the same version.
  Result<void> copy_version_to(const std::string& folder) const;

  /// A new, empty folder below quarantine/.
  Result<std::string> make_quarantine();

  /// Moves db/ to `quarantine`/db and repaired/ to db/. A crash on the way leaves one of the two.
  Result<void> swap_in_repaired(const std::string& quarantine);

  rocksdb::Env& env() const { return *env_; }

 private:
  DataFolder(std::string path, rocksdb::Env& env) : path_(std::move(path)), env_(&env) {}

  Result<void> take_lock();
  Result<void> check_version();
  Result<void> finish_swap();
  Result<void> make_db(bool is_new);

  std::string path_;
  rocksdb::Env* env_;
  rocksdb::FileLock* lock_ = nullptr;
};

/// Gives a file a second name, or copies it on a disk without hard links.
rocksdb::Status link_or_copy(rocksdb::Env& env, const std::string& from, const std::string& to);

/// Removes a folder and the files and folders in it; one that is missing is no error.
Result<void> remove_folder(rocksdb::Env& env, const std::string& path);

}  // namespace sluice::storage
