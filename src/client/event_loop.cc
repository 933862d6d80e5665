#include "client/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/assert.h"
#include "client/channel.h"

namespace sluice::client {
namespace {

constexpr std::size_t kEventsPerTurn = 1024;

epoll_event event_of(std::uint32_t events, EventTarget& target) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &target;
  return event;
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), read_buffer_(new char[kReadBufferBytes]) {
  SLUICE_ASSERT(epoll_ >= 0);
  current_.reserve(kEventsPerTurn);
}

EventLoop::~EventLoop() {
  close(epoll_);
}

bool EventLoop::add(int fd, std::uint32_t events, EventTarget& target) {
  epoll_event event = event_of(events, target);
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::change(int fd, std::uint32_t events, EventTarget& target) {
  epoll_event event = event_of(events, target);
  SLUICE_ASSERT(epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::remove(int fd, EventTarget& target) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  std::replace(current_.begin() + static_cast<std::ptrdiff_t>(current_from_), current_.end(),
               &target, static_cast<EventTarget*>(nullptr));
}

void EventLoop::dispatch(Nanoseconds timeout) {
  std::array<epoll_event, kEventsPerTurn> events;
  const auto wait = std::max(timeout, Nanoseconds{0}).count();
  const timespec limit{wait / 1'000'000'000, wait % 1'000'000'000};
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &limit, nullptr);
  if (count < 0) {
    SLUICE_ASSERT(errno == EINTR);
    return;
  }

  current_.clear();
  for (int i = 0; i < count; ++i) {
    current_.push_back(static_cast<EventTarget*>(events[static_cast<std::size_t>(i)].data.ptr));
  }
  for (current_from_ = 0; current_from_ < current_.size();) {
    const std::size_t at = current_from_++;
    if (current_[at] != nullptr) current_[at]->on_events(events[at].events);
  }
  current_.clear();
  current_from_ = 0;
}

void EventLoop::flush() {
  // Sending may fail, and its listener may then send on other channels: those wait behind.
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    if (Channel* channel = dirty_[i]; channel != nullptr) {
      dirty_[i] = nullptr;
      channel->flush();
    }
  }
  dirty_.clear();
}

void EventLoop::forget_dirty(Channel& channel) {
  std::replace(dirty_.begin(), dirty_.end(), &channel, static_cast<Channel*>(nullptr));
}

}  // namespace sluice::client
