#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "runtime/file_descriptor.h"

namespace sluice::runtime {

/// Reacts to the readiness of one descriptor.
class EventHandler {
 public:
  /// `events` is a set of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR.
  virtual void on_events(std::uint32_t events) = 0;

 protected:
  ~EventHandler() = default;
};

/// An epoll reactor, level triggered.
///
/// Lives on   one thread. Handlers are borrowed until `remove`; a removed handler gets no further
/// event,
///            not even one of the batch in hand, so that it may be destroyed at once.
class EventLoop {
 public:
  static Result<EventLoop> make();
  EventLoop(EventLoop&&) noexcept = default;

  Result<void> add(int fd, EventHandler& handler, std::uint32_t events);
  void modify(int fd, EventHandler& handler, std::uint32_t events);
  /// To be called before `fd` is closed.
  void remove(int fd, const EventHandler& handler);
  /// The same for a descriptor that is closed right after: epoll lets go of it by itself.
  void forget(const EventHandler& handler);

  /// Waits for events, at most `timeout`. Separate from `dispatch` so that a caller can read the
  /// clock in between.
  void wait(milliseconds timeout);
  /// Hands the events of the last `wait` to their handlers.
  void dispatch();
  void run_once(milliseconds timeout);

 private:
  static constexpr std::size_t kBatch = 1024;

  explicit EventLoop(FileDescriptor epoll);

  FileDescriptor epoll_;
  std::size_t ready_ = 0;
  std::size_t next_ = 0;
  std::unique_ptr<std::array<epoll_event, kBatch>> batch_;
};

}  // namespace sluice::runtime
