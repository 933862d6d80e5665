// Finds and changes the entries of the folders of the simulated disk.

#include <algorithm>
#include <utility>

#include "storage/testing/simulated_disk.h"

namespace sluice::storage::testing {

using rocksdb::IOStatus;

class SimulatedDisk::Lock final : public rocksdb::FileLock {
 public:
  explicit Lock(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

NodePtr SimulatedDisk::find(const std::string& path) const {
  NodePtr node = root_;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) {
      const auto child = node->children.find(path.substr(at, end - at));
      if (child == node->children.end()) return nullptr;
      node = child->second;
    }
    at = end + 1;
  }
  return node;
}

SimulatedDisk::Entry SimulatedDisk::place(const std::string& path) const {
  const std::size_t slash = path.rfind('/');
  return {find(path.substr(0, slash)), path.substr(slash + 1)};
}

IOStatus SimulatedDisk::rename(Renaming renaming) {
  if (auto status = enter(Call::Folder); !status.ok()) return status;
  if (renaming.set.folder == nullptr && renaming.node != nullptr) {
    return IOStatus::PathNotFound("no such folder");
  }
  if (renaming.erased.folder) renaming.erased.folder->children.erase(renaming.erased.name);
  if (renaming.set.folder) renaming.set.folder->children[renaming.set.name] = renaming.node;
  pending_.push_back(std::move(renaming));
  return IOStatus::OK();
}

/// A sync of one folder keeps both ends of a rename, as a journal of the file system does.
void SimulatedDisk::keep_names(const NodePtr& folder) {
  std::erase_if(pending_, [&](const Renaming& renaming) {
    if (renaming.erased.folder != folder && renaming.set.folder != folder) return false;
    if (renaming.erased.folder) renaming.erased.folder->kept_children.erase(renaming.erased.name);
    if (renaming.set.folder) {
      renaming.set.folder->kept_children[renaming.set.name] = renaming.node;
    }
    return true;
  });
}

IOStatus SimulatedDisk::FileExists(const std::string& path, const Options&, Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  return find(path) ? IOStatus::OK() : IOStatus::NotFound(path);
}

IOStatus SimulatedDisk::GetChildren(const std::string& path, const Options&,
                                    std::vector<std::string>* result, Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  const auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  result->clear();
  for (const auto& [name, child] : node->children) result->push_back(name);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::DeleteFile(const std::string& path, const Options&, Context*) {
  const std::scoped_lock lock(mutex_);
  if (!find(path)) return IOStatus::PathNotFound(path);
  return rename({place(path), {}, nullptr});
}

IOStatus SimulatedDisk::CreateDir(const std::string& path, const Options&, Context*) {
  const std::scoped_lock lock(mutex_);
  if (find(path)) return IOStatus::IOError(path + " exists");
  return rename({{}, place(path), std::make_shared<Node>(Node{.is_folder = true})});
}

IOStatus SimulatedDisk::CreateDirIfMissing(const std::string& path, const Options& options,
                                           Context* context) {
  {
    const std::scoped_lock lock(mutex_);
    if (!has_power_) return IOStatus::IOError("no power");
    if (find(path)) return IOStatus::OK();
  }
  return CreateDir(path, options, context);
}

IOStatus SimulatedDisk::DeleteDir(const std::string& path, const Options&, Context*) {
  const std::scoped_lock lock(mutex_);
  const auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  if (!node->children.empty()) return IOStatus::IOError(path + " is not empty");
  return rename({place(path), {}, nullptr});
}

IOStatus SimulatedDisk::GetFileSize(const std::string& path, const Options&, std::uint64_t* size,
                                    Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  const auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  *size = node->bytes.size();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileModificationTime(const std::string& path, const Options&,
                                                std::uint64_t* time, Context*) {
  const std::scoped_lock lock(mutex_);
  *time = 0;
  return find(path) ? IOStatus::OK() : IOStatus::PathNotFound(path);
}

IOStatus SimulatedDisk::RenameFile(const std::string& path, const std::string& to, const Options&,
                                   Context*) {
  const std::scoped_lock lock(mutex_);
  auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  return rename({place(path), place(to), std::move(node)});
}

IOStatus SimulatedDisk::LinkFile(const std::string& path, const std::string& to, const Options&,
                                 Context*) {
  const std::scoped_lock lock(mutex_);
  auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  return rename({{}, place(to), std::move(node)});
}

IOStatus SimulatedDisk::LockFile(const std::string& path, const Options&,
                                 rocksdb::FileLock** result, Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Open); !status.ok()) return status;
  if (std::exchange(locks_[path], true)) return IOStatus::IOError("held by current process");
  if (!find(path)) {
    auto status = rename({{}, place(path), std::make_shared<Node>()});
    if (!status.ok()) return locks_.erase(path), status;
  }
  *result = new Lock(path);  // RocksDB's interface: given back to UnlockFile
  return IOStatus::OK();
}

IOStatus SimulatedDisk::UnlockFile(rocksdb::FileLock* held, const Options&, Context*) {
  const std::scoped_lock lock(mutex_);
  const std::unique_ptr<Lock> owned(static_cast<Lock*>(held));
  locks_.erase(owned->path());
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetTestDirectory(const Options&, std::string* path, Context*) {
  *path = "/";
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetAbsolutePath(const std::string& path, const Options&,
                                        std::string* result, Context*) {
  *result = path;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::IsDirectory(const std::string& path, const Options&, bool* result,
                                    Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  const auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  *result = node->is_folder;
  return IOStatus::OK();
}

}  // namespace sluice::storage::testing
