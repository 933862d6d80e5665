#include "providers/completions.h"

#include <sys/eventfd.h>

#include <utility>

#include "base/assert.h"

namespace sluice::providers {

Completions::Completions() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  SLUICE_ASSERT(event_);  // without descriptors at the start nothing could be served anyway
}

void Completions::post(std::function<void()> completion) {
  bool is_first;
  {
    const std::lock_guard lock(mutex_);
    is_first = waiting_.empty();
    waiting_.push_back(std::move(completion));
  }
  if (is_first) ::eventfd_write(event_.get(), 1);
}

void Completions::run() {
  // Cleared before the list is taken: what is posted in between only wakes once too often.
  eventfd_t ignored;
  ::eventfd_read(event_.get(), &ignored);
  std::vector<std::function<void()>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(waiting_);
  }
  for (auto& completion : taken) completion();
}

}  // namespace sluice::providers
