#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "runtime/file_descriptor.h"

namespace sluice::providers {

/// What other threads have finished for one thread, which runs it.
///
/// Bounded by its users: each job in a pool posts once.
class Completions {
 public:
  Completions();

  /// Any thread.
  void post(std::function<void()> completion);

  /// Readable while something waits.
  int fd() const { return event_.get(); }
  /// The owner's thread. What is posted meanwhile is left to the next call.
  void run();

 private:
  runtime::FileDescriptor event_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace sluice::providers
