#pragma once

#include <optional>
#include <string>

#include "client/event_loop.h"

namespace sluice::tools {

/// Lines of a descriptor (stdin), read as the loop finds it readable. Holds at most about a MiB of
/// lines that nobody has taken: beyond it reading stops until they are.
class LineReader final : public client::EventTarget {
 public:
  LineReader(client::EventLoop& loop, int fd);
  ~LineReader() override;

  /// The next line without its end; nothing if none is complete yet.
  std::optional<std::string> next();
  /// Whether the input has ended and all lines were taken.
  bool is_at_end() const { return ended_ && taken_ == buffer_.size(); }
  /// Whether `next` can find more without waiting: the input is a regular file.
  bool never_waits() const { return !watched_ && !ended_; }

  void on_events(std::uint32_t events) override;

 private:
  void read_more();
  void watch(bool wanted);

  client::EventLoop& loop_;
  int fd_;
  bool watched_;
  bool reading_ = true;
  bool ended_ = false;
  std::string buffer_;
  std::size_t taken_ = 0;
};

}  // namespace sluice::tools
