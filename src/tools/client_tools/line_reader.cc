#include "tools/client_tools/line_reader.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

namespace sluice::tools {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kWaitingBytesMax = 1024 * 1024;

}  // namespace

LineReader::LineReader(client::EventLoop& loop, int fd)
    : loop_(loop), fd_(fd), watched_(loop.add(fd, EPOLLIN, *this)) {}

LineReader::~LineReader() {
  if (watched_) loop_.remove(fd_, *this);
}

void LineReader::on_events(std::uint32_t /*events*/) {
  read_more();
}

void LineReader::read_more() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  const std::size_t old_size = buffer_.size();
  buffer_.resize(old_size + kReadBytes);
  const ssize_t got = read(fd_, buffer_.data() + old_size, kReadBytes);
  buffer_.resize(old_size + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
    ended_ = true;
    if (watched_) loop_.remove(fd_, *this);
    watched_ = false;
    return;
  }
  // One line may be longer than the bound: then reading goes on until its end.
  const bool has_line = buffer_.find('\n') != std::string::npos;
  watch(buffer_.size() < kWaitingBytesMax || !has_line);
}

void LineReader::watch(bool wanted) {
  if (!watched_ || wanted == reading_) return;
  reading_ = wanted;
  loop_.change(fd_, wanted ? std::uint32_t{EPOLLIN} : 0, *this);
}

std::optional<std::string> LineReader::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', taken_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(taken_, end - taken_);
      taken_ = end + 1;
      return line;
    }
    if (ended_) break;
    watch(true);
    if (watched_) return std::nullopt;
    read_more();
  }
  if (taken_ == buffer_.size()) return std::nullopt;
  std::string line = buffer_.substr(taken_);
  taken_ = buffer_.size();
  return line;
}

}  // namespace sluice::tools
