#include "providers/hash_pool.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "providers/password_hash.h"

namespace sluice::providers {

namespace {

constexpr int kNice = 10;  // shards go first

void become_patient() {
  ::pthread_setname_np(::pthread_self(), "hash");
  // On Linux the priority of a thread id is that thread's alone. Without the right to, as before.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

}  // namespace

HashPool::HashPool(unsigned threads, Completions& completions, Done done)
    : threads_max_(std::max(threads, 1U)), completions_(completions), done_(std::move(done)) {}

HashPool::~HashPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void HashPool::submit(Job job) {
  while (threads_.size() < threads_max_) threads_.emplace_back([this] { work(); });
  {
    const std::lock_guard lock(mutex_);
    const std::string key = job.key;
    by_key_[key] = queue_.insert(queue_.end(), std::move(job));
  }
  changed_.notify_one();
}

void HashPool::abandon(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  queue_.erase(found->second);
  by_key_.erase(found);
}

std::size_t HashPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void HashPool::work() {
  become_patient();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const Job job = std::move(queue_.front());
    queue_.pop_front();
    by_key_.erase(job.key);
    lock.unlock();
    const bool is_right = verify_password(job.password, job.hash);
    completions_.post([this, key = job.key, is_right] { done_(key, is_right); });
    lock.lock();
  }
}

}  // namespace sluice::providers
