#include "storage/data_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/log.h"
#include "storage/record_format.h"
#include "storage/status.h"

namespace sluice::storage {
namespace {

constexpr std::string_view kVersionWords = "sluice store ";

/// The process that holds a lock on `path`, 0 when that cannot be told.
///
/// Only for a lock that is not ours: closing the file would give ours back.
pid_t find_lock_holder(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return 0;
  struct flock probe = {};
  probe.l_type = F_WRLCK;
  probe.l_whence = SEEK_SET;
  const bool known = ::fcntl(file, F_GETLK, &probe) == 0 && probe.l_type != F_UNLCK;
  ::close(file);
  return known ? probe.l_pid : 0;
}

std::string version_line(unsigned version) {
  const std::string words = std::string(kVersionWords) + std::to_string(version);
  return words + " " + std::to_string(hash_bytes(words)) + "\n";
}

/// The version that a line names, 0 when the line is damaged.
unsigned parse_version(std::string_view line) {
  if (!line.starts_with(kVersionWords)) return 0;
  unsigned version = 0;
  std::from_chars(line.data() + kVersionWords.size(), line.data() + line.size(), version);
  return line == version_line(version) ? version : 0;
}

rocksdb::Status sync_folder(rocksdb::Env& env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  auto status = env.NewDirectory(path, &folder);
  return status.ok() ? folder->Fsync() : status;
}

bool is_present(rocksdb::Env& env, const std::string& path) {
  return env.FileExists(path).ok();
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path, rocksdb::Env& env) {
  DataFolder folder(path, env);
  const bool is_new = !is_present(env, path);
  if (auto made = env.CreateDirIfMissing(path); !made.ok()) {
    return failure("data directory " + path + " cannot be created: " + describe(made));
  }
  if (is_new) ::chmod(path.c_str(), S_IRWXU);  // fails on a simulated disk, which has no modes
  if (auto locked = folder.take_lock(); !locked) return tl::unexpected(locked.error());
  if (auto right = folder.check_version(); !right) return tl::unexpected(right.error());
  if (auto done = folder.finish_swap(); !done) return tl::unexpected(done.error());
  if (auto made = folder.make_db(is_new); !made) return tl::unexpected(made.error());
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), env_(other.env_), lock_(std::exchange(other.lock_, nullptr)) {}

DataFolder::~DataFolder() {
  if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
}

Result<void> DataFolder::take_lock() {
  const std::string file = path_ + "/lock";
  const auto status = env_->LockFile(file, &lock_);
  if (status.ok()) return {};
  if (status.ToString().find("current process") != std::string::npos) {
    return failure("data directory " + path_ + " is in use by this process already");
  }
  if (const pid_t holder = find_lock_holder(file); holder != 0) {
    return failure("data directory " + path_ + " is in use by process " + std::to_string(holder));
  }
  return failure("data directory " + path_ + " cannot be used: " + describe(status));
}

Result<void> DataFolder::check_version() {
  const std::string file = path_ + "/version";
  const auto write = [&]() -> Result<void> {
    const auto status = rocksdb::WriteStringToFile(env_, version_line(kFormatVersion), file, true);
    if (status.ok()) return {};
    return failure("data directory " + path_ + " cannot be written: " + describe(status));
  };
  std::string line;
  const auto status = rocksdb::ReadFileToString(env_, file, &line);
  if (status.IsNotFound() || status.IsPathNotFound()) return write();
  if (!status.ok()) return failure("cannot read " + file + ": " + describe(status));
  const unsigned version = parse_version(line);
  if (version > kFormatVersion) {
    return failure("data directory " + path_ + " has version " + std::to_string(version) +
                   ", this program reads up to " + std::to_string(kFormatVersion) +
                   ": it was made by a newer one");
  }
  if (version == kFormatVersion) return {};
  // A version below ours would be migrated here, before RocksDB is opened; there is none yet. What
  // is left is a damaged or torn line. The seals of the records decide whether they are ours.
  log::warning(file + " was damaged and is written anew");
  return write();
}

Result<void> DataFolder::copy_version_to(const std::string& folder) const {
  const auto status =
      rocksdb::WriteStringToFile(env_, version_line(kFormatVersion), folder + "/version", true);
  if (status.ok()) return {};
  return failure(folder + " cannot be written: " + describe(status));
}

Result<void> DataFolder::finish_swap() {
  if (is_present(*env_, db())) return remove_folder(*env_, repaired());
  if (!is_present(*env_, repaired())) return {};
  auto status = env_->RenameFile(repaired(), db());
  if (status.ok()) status = sync_folder(*env_, path_);
  if (status.ok()) return {};
  return failure("cannot move " + repaired() + ": " + describe(status));
}

/// Makes the names of new folders durable, which no sync inside them does.
Result<void> DataFolder::make_db(bool is_new) {
  if (is_present(*env_, db()) && !is_new) return {};
  auto status = env_->CreateDirIfMissing(db());
  if (status.ok()) status = sync_folder(*env_, path_);
  const auto slash = path_.rfind('/');
  if (status.ok() && is_new) {
    status = sync_folder(*env_, slash == std::string::npos ? "." : path_.substr(0, slash + 1));
  }
  if (status.ok()) return {};
  return failure("data directory " + path_ + " cannot be written: " + describe(status));
}

Result<std::string> DataFolder::make_quarantine() {
  const std::string parent = path_ + "/quarantine";
  auto status = env_->CreateDirIfMissing(parent);
  for (unsigned number = 1; status.ok(); ++number) {
    const std::string folder = parent + "/" + std::to_string(number);
    if (is_present(*env_, folder)) continue;
    status = env_->CreateDir(folder);
    if (status.ok()) return folder;
  }
  return failure("cannot create a folder below " + parent + ": " + describe(status));
}

Result<void> DataFolder::swap_in_repaired(const std::string& quarantine) {
  auto status = sync_folder(*env_, repaired());
  if (status.ok()) status = sync_folder(*env_, path_);
  if (status.ok()) status = env_->RenameFile(db(), quarantine + "/db");
  if (status.ok()) status = env_->RenameFile(repaired(), db());
  if (status.ok()) status = sync_folder(*env_, path_);
  if (status.ok()) return {};
  return failure("cannot replace " + db() + ": " + describe(status));
}

rocksdb::Status link_or_copy(rocksdb::Env& env, const std::string& from, const std::string& to) {
  const auto linked = env.LinkFile(from, to);
  if (linked.ok()) return linked;
  std::string bytes;  // a disk without hard links; a table has a few megabytes
  auto status = rocksdb::ReadFileToString(&env, from, &bytes);
  if (status.ok()) status = rocksdb::WriteStringToFile(&env, bytes, to, true);
  return status;
}

Result<void> remove_folder(rocksdb::Env& env, const std::string& path) {
  if (!is_present(env, path)) return {};
  std::vector<std::string> names;
  auto status = env.GetChildren(path, &names);
  for (const auto& name : names) {
    if (!status.ok() || name == "." || name == "..") continue;
    const std::string child = path + "/" + name;
    bool is_folder = false;
    env.IsDirectory(child, &is_folder).PermitUncheckedError();
    if (is_folder) {
      if (auto removed = remove_folder(env, child); !removed) return removed;
    } else {
      status = env.DeleteFile(child);
    }
  }
  if (status.ok()) status = env.DeleteDir(path);
  if (status.ok()) return {};
  return failure("cannot remove " + path + ": " + describe(status));
}

}  // namespace sluice::storage
