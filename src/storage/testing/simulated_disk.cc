#include "storage/testing/simulated_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::storage::testing {

using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

constexpr std::size_t kSector = 512;

}  // namespace

void SimulatedDisk::cut_power(std::uint64_t n) {
  const std::scoped_lock lock(mutex_);
  calls_to_cut_ = n;
}

bool SimulatedDisk::has_power() const {
  const std::scoped_lock lock(mutex_);
  return has_power_;
}

void SimulatedDisk::power_on(std::uint64_t seed) {
  const std::scoped_lock lock(mutex_);
  std::mt19937_64 random(seed);
  for (const auto& renaming : std::exchange(pending_, {})) {
    if (random() % 2 == 0) continue;
    if (renaming.erased.folder) renaming.erased.folder->kept_children.erase(renaming.erased.name);
    if (renaming.set.folder) {
      renaming.set.folder->kept_children[renaming.set.name] = renaming.node;
    }
  }
  lose(*root_, random);
  locks_.clear();
  fault_ = {};
  calls_to_cut_ = 0;
  has_power_ = true;
}

void SimulatedDisk::lose(Node& node, std::mt19937_64& random) {
  node.children = node.kept_children;
  for (const auto& [name, child] : node.children) lose(*child, random);
  const auto zero = [&](std::size_t from, std::size_t to) {
    for (; from < to; from = std::min(to, (from / kSector + 1) * kSector)) {
      const std::size_t end = std::min(to, (from / kSector + 1) * kSector);
      if (random() % 2 == 0)
        std::fill_n(node.bytes.begin() + static_cast<long>(from), end - from, '\0');
    }
  };
  for (const auto& [from, to] : std::exchange(node.never_kept, {})) {
    zero(from, std::min(to, node.bytes.size()));
  }
  const std::size_t unsynced = node.bytes.size() - node.kept_bytes;
  node.bytes.resize(node.kept_bytes + (unsynced == 0 ? 0 : random() % (unsynced + 1)));
  zero(node.kept_bytes, node.bytes.size());
  node.kept_bytes = node.bytes.size();
}

void SimulatedDisk::fail(std::uint64_t n, std::vector<Call> calls, IOStatus error) {
  const std::scoped_lock lock(mutex_);
  fault_ = {n, std::move(calls), std::move(error)};
}

bool SimulatedDisk::has_failed() const {
  const std::scoped_lock lock(mutex_);
  return !fault_.calls.empty() && fault_.left == 0;
}

void SimulatedDisk::set_full(bool full) {
  const std::scoped_lock lock(mutex_);
  is_full_ = full;
}

std::uint64_t SimulatedDisk::count(const std::vector<Call>& calls) const {
  const std::scoped_lock lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [call, count] : counts_) {
    if (std::ranges::find(calls, call) != calls.end()) sum += count;
  }
  return sum;
}

std::vector<std::string> SimulatedDisk::files() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> paths;
  const auto visit = [&](auto& self, const Node& folder, const std::string& path) -> void {
    for (const auto& [name, child] : folder.children) {
      if (child->is_folder) {
        self(self, *child, path + "/" + name);
      } else {
        paths.push_back(path + "/" + name);
      }
    }
  };
  visit(visit, *root_, "");
  return paths;
}

std::string& SimulatedDisk::bytes(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return find(path)->bytes;
}

IOStatus SimulatedDisk::enter(Call call) {
  if (calls_to_cut_ > 0 && --calls_to_cut_ == 0) has_power_ = false;
  if (!has_power_) return IOStatus::IOError("no power");
  ++counts_[call];
  const bool counts = std::ranges::find(fault_.calls, call) != fault_.calls.end();
  if (!counts || fault_.left == 0 || --fault_.left > 0) return IOStatus::OK();
  return fault_.error;
}

}  // namespace sluice::storage::testing
