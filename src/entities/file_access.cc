#include "entities/file_access.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sluice::entities {
namespace {

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return database_failure(path + " " + what + ": " + std::strerror(errno));
}

Result<void> sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed(path, "cannot be opened");
  const bool is_done = ::fsync(folder) == 0;
  ::close(folder);
  if (!is_done) return failed(path, "cannot be synced");
  return {};
}

Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    const auto parent = std::filesystem::absolute(path).parent_path();
    return sync_folder(parent.string());
  }
  if (errno != EEXIST) return failed(path, "cannot be created");
  return {};
}

Result<void> make_file(const std::string& folder, const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    ::close(file);
    return sync_folder(folder);
  }
  if (errno != EEXIST) return failed(path, "cannot be created");
  return {};
}

}  // namespace

Result<void> prepare_file(const std::string& folder, const std::string& path) {
  auto made = make_folder(folder);
  if (made) made = make_file(folder, path);
  if (!made) return made;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failed(path, "cannot be looked at");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return database_failure(path + " lets others than its owner in: run chmod 600 on it");
  }
  return {};
}

}  // namespace sluice::entities
