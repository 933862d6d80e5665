#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace sluice::client {

class Channel;

/// Somebody who wants to hear of a file descriptor; the events are those of epoll.
class EventTarget {
 public:
  virtual ~EventTarget() = default;
  virtual void on_events(std::uint32_t events) = 0;
};

/// One thread's epoll loop, with what its channels share: the read buffer and the list of channels
/// that have bytes to send. Outlives every channel and target.
class EventLoop {
 public:
  using Nanoseconds = std::chrono::nanoseconds;
  static constexpr std::size_t kReadBufferBytes = 256 * 1024;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// False if the kernel cannot wait for this descriptor (a regular file is always readable).
  [[nodiscard]] bool add(int fd, std::uint32_t events, EventTarget& target);
  void change(int fd, std::uint32_t events, EventTarget& target);
  /// Events of the same turn that were not yet handed to `target` are dropped.
  void remove(int fd, EventTarget& target);

  /// Waits up to `timeout` and hands out the events. Returns early, having done nothing, when a
  /// signal arrives.
  void dispatch(Nanoseconds timeout);

  /// `dispatch` between two `flush`: nothing waits for the other side before it is sent.
  void turn(Nanoseconds timeout) {
    flush();
    dispatch(timeout);
    flush();
  }

  /// Sends what the channels have collected so far.
  void flush();

  // For Channel.
  char* read_buffer() { return read_buffer_.get(); }
  void mark_dirty(Channel& channel) { dirty_.push_back(&channel); }
  void forget_dirty(Channel& channel);

 private:
  int epoll_ = -1;
  std::unique_ptr<char[]> read_buffer_;
  std::vector<Channel*> dirty_;
  std::vector<EventTarget*> current_;  // targets of this turn, nulled when removed
  std::size_t current_from_ = 0;
};

}  // namespace sluice::client
