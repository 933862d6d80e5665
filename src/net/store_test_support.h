#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/shard_mail.h"
#include "storage/engine.h"

namespace sluice::net::testing {

/// A store whose calls a test can hold and fail; it keeps what was called.
class FakeEngine final : public storage::Engine {
 public:
  Result<storage::LoadReport> load(storage::LoadSink&) override { return storage::LoadReport{}; }

  Result<void> write(std::span<const storage::Batch> batches) override {
    std::string call = "write";
    for (const auto& batch : batches) call += ' ' + std::to_string(batch.pages.front().id);
    return enter(std::move(call), failing_writes);
  }
  Result<void> restart() override { return enter("restart", failing_restarts); }
  Result<std::optional<std::string>> read_page(storage::PageId id) override {
    const auto entered = enter("read " + std::to_string(id), failing_reads);
    if (!entered) return tl::unexpected(entered.error());
    if (id == kMissingPage) return std::nullopt;
    return "page " + std::to_string(id);
  }
  std::uint64_t disk_bytes() const override { return 0; }
  Result<void> copy_to(const std::string&) override { return failure("there is no disk"); }

  /// The next call, and those after it, wait for `release`.
  void hold() {
    const std::scoped_lock lock(mutex_);
    is_held_ = true;
  }
  void release() {
    const std::scoped_lock lock(mutex_);
    is_held_ = false;
    changed_.notify_all();
  }
  /// Waits until `count` calls have begun.
  void await_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= count; });
  }
  std::vector<std::string> calls() {
    const std::scoped_lock lock(mutex_);
    return calls_;
  }

  static constexpr storage::PageId kMissingPage = 404;

  // How many of the next calls fail; set before the thread of the engine's user starts.
  unsigned failing_writes = 0;
  unsigned failing_restarts = 0;
  unsigned failing_reads = 0;

 private:
  Result<void> enter(std::string call, unsigned& failing) {
    std::unique_lock lock(mutex_);
    calls_.push_back(std::move(call));
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_held_; });
    if (failing == 0) return {};
    --failing;
    return failure("the disk is full");
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> calls_;
  bool is_held_ = false;
};

/// The test as all the members that have no thread of their own.
class Post {
 public:
  explicit Post(Members members)
      : mailboxes(std::move(*ShardMailboxes::make(members.count()))), received_(members.count()) {
    // The failures are wanted, and ThreadSanitizer cannot look into the logging library.
    log::set_level(log::Level::Off);
  }

  void send(unsigned from, unsigned to, ShardMail mail) {
    mailboxes->post(from, to, std::move(mail));
    mailboxes->publish(from);
  }

  /// Waits for the next mail of a member.
  ShardMail receive(unsigned member) {
    auto& waiting = received_[member];
    while (waiting.empty()) {
      wait_for_mail(*mailboxes, member, kForEver);
      take_mail(member);
    }
    ShardMail mail = std::move(waiting.front());
    waiting.pop_front();
    return mail;
  }
  template <class Content>
  Content receive_as(unsigned member) {
    return std::get<Content>(receive(member));
  }
  bool has_mail(unsigned member) {
    take_mail(member);
    return !received_[member].empty();
  }

  std::unique_ptr<ShardMailboxes> mailboxes;

 private:
  void take_mail(unsigned member) {
    mailboxes->drain(
        member, [&](unsigned, ShardMail mail) { received_[member].push_back(std::move(mail)); });
  }

  std::vector<std::deque<ShardMail>> received_;
};

}  // namespace sluice::net::testing
