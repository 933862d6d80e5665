#pragma once

#include <sys/eventfd.h>

#include <functional>
#include <mutex>
#include <vector>

#include "runtime/file_descriptor.h"

namespace sluice::app {

/// What other threads want done on the main one.
class TaskQueue {
 public:
  TaskQueue() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  /// Readable while something waits.
  int fd() const { return wake_.get(); }

  /// From any thread.
  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ::eventfd_write(wake_.get(), 1);
  }

  void run() {
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    std::vector<std::function<void()>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
  }

 private:
  runtime::FileDescriptor wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
};

}  // namespace sluice::app
