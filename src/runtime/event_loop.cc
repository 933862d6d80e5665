#include "runtime/event_loop.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "base/assert.h"

namespace sluice::runtime {

Result<EventLoop> EventLoop::make() {
  FileDescriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll) return failure(std::string("cannot make an epoll instance: ") + std::strerror(errno));
  return EventLoop(std::move(epoll));
}

EventLoop::EventLoop(FileDescriptor epoll)
    : epoll_(std::move(epoll)), batch_(std::make_unique<std::array<epoll_event, kBatch>>()) {}

Result<void> EventLoop::add(int fd, EventHandler& handler, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return failure(std::string("cannot watch a descriptor: ") + std::strerror(errno));
}

void EventLoop::modify(int fd, EventHandler& handler, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  SLUICE_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::remove(int fd, const EventHandler& handler) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  forget(handler);
}

void EventLoop::forget(const EventHandler& handler) {
  // One descriptor has one event in a batch, and handlers mostly end while handling their own.
  for (std::size_t i = next_; i < ready_; ++i) {
    if ((*batch_)[i].data.ptr == &handler) (*batch_)[i].data.ptr = nullptr;
  }
}

void EventLoop::wait(milliseconds timeout) {
  const int count = ::epoll_wait(epoll_.get(), batch_->data(), static_cast<int>(kBatch),
                                 static_cast<int>(timeout.count()));
  SLUICE_ASSERT(count >= 0 || errno == EINTR);
  ready_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  next_ = 0;
}

void EventLoop::dispatch() {
  while (next_ < ready_) {
    const epoll_event& event = (*batch_)[next_++];
    if (event.data.ptr == nullptr) continue;
    static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
  }
}

void EventLoop::run_once(milliseconds timeout) {
  wait(timeout);
  dispatch();
}

}  // namespace sluice::runtime
