#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sluice::crash {

/// A file system in memory that is as large as it is told to be, for this process and its children
/// only: nobody else sees it, and it ends with them.
class SmallDisk {
 public:
  static constexpr std::uint64_t kBytes = 64 * 1024 * 1024;

  /// Mounts it, kBytes large, on the folder, which exists.
  /// errors  no right to mount
  static Result<SmallDisk> mount(const std::string& folder);

  /// bytes  at least those that are used
  Result<void> resize(std::uint64_t bytes);
  std::uint64_t used_bytes() const;
  /// Copies what is on it to a folder that does not exist yet.
  void copy_to(const std::string& folder) const;
  void unmount();

 private:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

}  // namespace sluice::crash
