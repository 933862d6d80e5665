#include "ctl/output/save_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace sluice::ctl {
namespace {

/// A file under way: removed again unless it was completed.
class PartFile {
 public:
  explicit PartFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    descriptor_ = path_ == "-" ? ::dup(STDOUT_FILENO) : ::open(part_.c_str(), flags, 0600);
  }
  ~PartFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (path_ != "-" && !is_complete_) ::unlink(part_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  bool complete() {
    is_complete_ = path_ == "-" ||
                   (::fsync(descriptor_) == 0 && std::rename(part_.c_str(), path_.c_str()) == 0);
    return is_complete_;
  }

 private:
  std::string path_;
  std::string part_;
  int descriptor_ = -1;
  bool is_complete_ = false;
};

std::string why_not(const std::string& path) {
  return "cannot write '" + path + "': " + std::strerror(errno);
}

}  // namespace

Outcome<std::uint64_t> save_download(Api& api, const std::string& source, const Query& query,
                                     const std::string& path) {
  PartFile file(path);
  if (!file.is_open()) return misused(why_not(path));
  std::uint64_t bytes = 0;
  std::string fault;
  const auto read = api.stream(source, query, [&](std::string_view piece) {
    bytes += piece.size();
    if (file.write(piece)) return true;
    fault = why_not(path);
    return false;
  });
  if (!fault.empty()) return refused(fault);
  if (!read) return tl::unexpected(read.error());
  if (!file.complete()) return refused(why_not(path));
  return bytes;
}

}  // namespace sluice::ctl
