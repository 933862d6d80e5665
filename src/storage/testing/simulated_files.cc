// Open files of the simulated disk.

#include <algorithm>
#include <cstring>

#include "storage/testing/simulated_disk.h"

namespace sluice::storage::testing {

using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

IOStatus read_at(const Node& node, std::uint64_t offset, std::size_t n, Slice* result,
                 char* scratch) {
  const std::size_t from = std::min<std::size_t>(offset, node.bytes.size());
  const std::size_t size = std::min(n, node.bytes.size() - from);
  std::memcpy(scratch, node.bytes.data() + from, size);
  *result = Slice(scratch, size);
  return IOStatus::OK();
}

}  // namespace

class SimulatedDisk::SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(SimulatedDisk& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

  IOStatus Read(std::size_t n, const Options&, Slice* result, char* scratch, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (auto status = disk_.enter(Call::Read); !status.ok()) return status;
    auto status = read_at(*node_, position_, n, result, scratch);
    position_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    position_ += n;
    return IOStatus::OK();
  }

 private:
  SimulatedDisk& disk_;
  NodePtr node_;
  std::uint64_t position_ = 0;
};

class SimulatedDisk::RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(SimulatedDisk& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const Options&, Slice* result, char* scratch,
                Context*) const override {
    const std::scoped_lock lock(disk_.mutex_);
    if (auto status = disk_.enter(Call::Read); !status.ok()) return status;
    return read_at(*node_, offset, n, result, scratch);
  }

 private:
  SimulatedDisk& disk_;
  NodePtr node_;
};

class SimulatedDisk::WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(SimulatedDisk& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& data, const Options&, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    auto status = disk_.enter(Call::Write);
    if (status.ok() && disk_.is_full_) status = IOStatus::NoSpace("simulated");
    if (!disk_.has_power_) return status;
    node_->bytes.append(data.data(), status.ok() ? data.size() : data.size() / 2);
    return status;
  }
  IOStatus Truncate(std::uint64_t size, const Options&, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (!disk_.has_power_) return IOStatus::IOError("no power");
    node_->bytes.resize(size);
    node_->kept_bytes = std::min<std::size_t>(node_->kept_bytes, size);
    return IOStatus::OK();
  }
  IOStatus Flush(const Options&, Context*) override { return IOStatus::OK(); }
  IOStatus Sync(const Options&, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    const auto status = disk_.enter(Call::Sync);
    if (!disk_.has_power_) return status;
    if (!status.ok()) node_->never_kept.emplace_back(node_->kept_bytes, node_->bytes.size());
    node_->kept_bytes = node_->bytes.size();
    return status;
  }
  IOStatus Close(const Options&, Context*) override { return IOStatus::OK(); }
  std::uint64_t GetFileSize(const Options&, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    return node_->bytes.size();
  }

 private:
  SimulatedDisk& disk_;
  NodePtr node_;
};

class SimulatedDisk::Directory final : public rocksdb::FSDirectory {
 public:
  Directory(SimulatedDisk& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

  IOStatus Fsync(const Options&, Context*) override {
    const std::scoped_lock lock(disk_.mutex_);
    const auto status = disk_.enter(Call::Sync);
    if (status.ok()) disk_.keep_names(node_);
    return status;
  }
  IOStatus Close(const Options&, Context*) override { return IOStatus::OK(); }

 private:
  SimulatedDisk& disk_;
  NodePtr node_;
};

IOStatus SimulatedDisk::NewSequentialFile(const std::string& path, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                          Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  *result = std::make_unique<SequentialFile>(*this, std::move(node));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                            Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Read); !status.ok()) return status;
  auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  *result = std::make_unique<RandomAccessFile>(*this, std::move(node));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewWritableFile(const std::string& path, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Open); !status.ok()) return status;
  if (is_full_) return IOStatus::NoSpace("simulated");
  auto node = std::make_shared<Node>();
  auto status = rename({{}, place(path), node});
  if (status.ok()) *result = std::make_unique<WritableFile>(*this, std::move(node));
  return status;
}

IOStatus SimulatedDisk::NewDirectory(const std::string& path, const Options&,
                                     std::unique_ptr<rocksdb::FSDirectory>* result, Context*) {
  const std::scoped_lock lock(mutex_);
  if (auto status = enter(Call::Open); !status.ok()) return status;
  auto node = find(path);
  if (!node) return IOStatus::PathNotFound(path);
  *result = std::make_unique<Directory>(*this, std::move(node));
  return IOStatus::OK();
}

}  // namespace sluice::storage::testing
