#include "crash/small_disk.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sluice::crash {
namespace {

Result<void> mount_tmpfs(const std::string& folder, unsigned long flags, std::uint64_t bytes) {
  const std::string options = "mode=0700,size=" + std::to_string(bytes);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", flags, options.c_str()) == 0) return {};
  return failure("cannot mount a tmpfs on " + folder + ": " + std::strerror(errno));
}

}  // namespace

Result<SmallDisk> SmallDisk::mount(const std::string& folder) {
  if (::unshare(CLONE_NEWNS) != 0) {
    return failure(std::string("cannot have mounts of its own: ") + std::strerror(errno));
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return failure(std::string("cannot make mounts private: ") + std::strerror(errno));
  }
  if (auto mounted = mount_tmpfs(folder, 0, kBytes); !mounted) {
    return tl::unexpected(mounted.error());
  }
  return SmallDisk(folder);
}

Result<void> SmallDisk::resize(std::uint64_t bytes) {
  return mount_tmpfs(folder_, MS_REMOUNT, bytes);
}

std::uint64_t SmallDisk::used_bytes() const {
  struct statvfs space {};
  if (::statvfs(folder_.c_str(), &space) != 0) return 0;
  return (space.f_blocks - space.f_bfree) * space.f_frsize;
}

void SmallDisk::copy_to(const std::string& folder) const {
  std::error_code ignored;
  std::filesystem::copy(folder_, folder, std::filesystem::copy_options::recursive, ignored);
}

void SmallDisk::unmount() {
  ::umount2(folder_.c_str(), MNT_DETACH);
}

}  // namespace sluice::crash
