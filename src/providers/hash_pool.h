#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "providers/completions.h"

namespace sluice::providers {

/// Threads of low priority that check passwords, first come, first served.
///
/// Lives on   its owner's thread, to which answers return by `completions`. The threads begin with
///            the first job, so that a broker without passwords has none.
/// Limit      none of its own: each authentication that is pending waits for at most one job.
class HashPool {
 public:
  struct Job {
    std::string key;  // names the job; the same password for the same hash has the same key
    std::string password;
    std::string hash;
  };
  using Done = std::function<void(const std::string& key, bool is_right)>;

  HashPool(unsigned threads, Completions& completions, Done done);
  /// Waits for the jobs that are being computed; those that wait are dropped.
  ~HashPool();

  void submit(Job job);
  /// Takes the job back if no thread has begun it; else its answer comes in vain.
  void abandon(const std::string& key);
  std::size_t queued() const;

 private:
  void work();

  const unsigned threads_max_;
  Completions& completions_;
  const Done done_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Job> queue_;
  std::unordered_map<std::string, std::list<Job>::iterator> by_key_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice::providers
