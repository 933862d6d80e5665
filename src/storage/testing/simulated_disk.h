#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace sluice::storage::testing {

/// A file or folder of the simulated disk. `Kept` is what a power cut leaves for certain.
struct Node {
  bool is_folder = false;
  std::map<std::string, std::shared_ptr<Node>> children = {};
  std::map<std::string, std::shared_ptr<Node>> kept_children = {};
  std::string bytes = {};
  std::size_t kept_bytes = 0;
  /// Parts whose sync failed: later syncs report success without bringing them to the disk.
  std::vector<std::pair<std::size_t, std::size_t>> never_kept = {};
};
using NodePtr = std::shared_ptr<Node>;

enum class Call : std::uint8_t { Read, Open, Write, Sync, Folder };

/// A disk in memory that forgets what was not synced, fails on demand and gets full.
///
/// Unsynced data is lost, kept or torn in sectors of 512 bytes; unsynced names come and go one by
/// one, but a rename is never done by half. The same seed does the same to the same calls; those of
/// RocksDB's own threads come in the order that the machine gives them.
class SimulatedDisk final : public rocksdb::FileSystem {
 public:
  /// Everything fails and nothing changes from the `n`-th call on, until `power_on`.
  void cut_power(std::uint64_t n = 1);
  /// What a cut leaves. Files that are open meanwhile must have been closed.
  void power_on(std::uint64_t seed);

  /// The `n`-th call from now of one of `calls` fails once, n from 1. A failed write may have
  /// written a part.
  void fail(std::uint64_t n, std::vector<Call> calls, rocksdb::IOStatus error);
  bool has_failed() const;
  void set_full(bool full);

  /// How many calls there were of one of `calls`.
  std::uint64_t count(const std::vector<Call>& calls) const;

  /// The paths of all files; their bytes, to be looked at and damaged while nothing is open.
  std::vector<std::string> files() const;
  std::string& bytes(const std::string& path);
  bool has_power() const;

  const char* Name() const override { return "sluice.simulated_disk"; }
  // clang-format off
  using Options = rocksdb::IOOptions;
  using Context = rocksdb::IODebugContext;
  rocksdb::IOStatus NewSequentialFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSSequentialFile>*, Context*) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSRandomAccessFile>*, Context*) override;
  rocksdb::IOStatus NewWritableFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>*, Context*) override;
  rocksdb::IOStatus NewDirectory(const std::string&, const Options&, std::unique_ptr<rocksdb::FSDirectory>*, Context*) override;
  rocksdb::IOStatus FileExists(const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus GetChildren(const std::string&, const Options&, std::vector<std::string>*, Context*) override;
  rocksdb::IOStatus DeleteFile(const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus CreateDir(const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus DeleteDir(const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus GetFileSize(const std::string&, const Options&, std::uint64_t*, Context*) override;
  rocksdb::IOStatus GetFileModificationTime(const std::string&, const Options&, std::uint64_t*, Context*) override;
  rocksdb::IOStatus RenameFile(const std::string&, const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus LinkFile(const std::string&, const std::string&, const Options&, Context*) override;
  rocksdb::IOStatus LockFile(const std::string&, const Options&, rocksdb::FileLock**, Context*) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock*, const Options&, Context*) override;
  rocksdb::IOStatus GetTestDirectory(const Options&, std::string*, Context*) override;
  rocksdb::IOStatus GetAbsolutePath(const std::string&, const Options&, std::string*, Context*) override;
  rocksdb::IOStatus IsDirectory(const std::string&, const Options&, bool*, Context*) override;
  // clang-format on

 private:
  class SequentialFile;
  class RandomAccessFile;
  class WritableFile;
  class Directory;
  class Lock;

  struct Entry {
    NodePtr folder;
    std::string name;
  };
  /// A change of names that no folder was synced for yet.
  struct Renaming {
    Entry erased;  // no folder: nothing is
    Entry set;
    NodePtr node;
  };
  struct Fault {
    std::uint64_t left = 0;
    std::vector<Call> calls;
    rocksdb::IOStatus error;
  };

  rocksdb::IOStatus enter(Call call);  // counts, and fails if it is time
  NodePtr find(const std::string& path) const;
  Entry place(const std::string& path) const;
  rocksdb::IOStatus rename(Renaming renaming);
  void keep_names(const NodePtr& folder);
  static void lose(Node& node, std::mt19937_64& random);

  mutable std::mutex mutex_;
  NodePtr root_ = std::make_shared<Node>(Node{.is_folder = true});
  std::vector<Renaming> pending_;
  std::map<std::string, bool> locks_;
  std::map<Call, std::uint64_t> counts_;
  Fault fault_;
  std::uint64_t calls_to_cut_ = 0;  // 0 is never
  bool has_power_ = true;
  bool is_full_ = false;
};

}  // namespace sluice::storage::testing
