#include "admin/backup/backup_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "admin/backup/tar_parts.h"
#include "base/log.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kPieceMax = 256 * 1024;  // bytes

namespace fs = std::filesystem;

}  // namespace

Result<std::shared_ptr<BackupSource>> BackupSource::make(const std::string& folder) {
  auto source = std::make_shared<BackupSource>(folder);
  if (auto listed = source->list(); !listed) return tl::unexpected(listed.error());
  return source;
}

BackupSource::~BackupSource() {
  std::error_code error;
  fs::remove_all(folder_, error);
  if (error) log::error("the copy for a backup cannot be removed: " + error.message());
}

Result<void> BackupSource::list() {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    struct stat facts {};
    if (::stat(at->path().c_str(), &facts) != 0) {
      return failure("'" + at->path().string() + "' cannot be read");
    }
    if (!S_ISREG(facts.st_mode)) continue;
    File file{at->path().string(), fs::relative(at->path(), folder_).string(),
              static_cast<std::uint64_t>(facts.st_size), facts.st_mtime};
    if (!tar_header(file.name, file.size, file.changed)) {
      return failure("'" + file.name + "' does not fit into an archive");
    }
    files_.push_back(std::move(file));
  }
  if (error) return failure("the copy for a backup cannot be read: " + error.message());
  std::ranges::sort(files_, {}, &File::name);
  return {};
}

BodySource::Piece BackupSource::next() {
  if (left_ > 0) return {read_some(), false};
  if (at_ < files_.size()) return {begin_file(), false};
  return {tar_end(), true};
}

std::string BackupSource::begin_file() {
  const File& file = files_[at_++];
  open_ = std::ifstream(file.path, std::ios::binary);
  left_ = file.size;
  return tar_header(file.name, file.size, file.changed).value();
}

/// The archive has promised so many bytes: what cannot be read any more becomes zeros, and is told.
std::string BackupSource::read_some() {
  std::string bytes(std::min<std::uint64_t>(left_, kPieceMax), '\0');
  open_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<std::size_t>(open_.gcount()) < bytes.size()) {
    log::error("'" + files_[at_ - 1].path + "' could not be read for a backup, which is broken");
  }
  left_ -= bytes.size();
  if (left_ == 0) bytes += tar_padding(files_[at_ - 1].size);
  return bytes;
}

}  // namespace sluice::admin
