#include "net/committer.h"

#include <string>
#include <utility>

#include "base/log.h"

namespace sluice::net {

void Committer::run() {
  while (!is_stopping_) {
    if (gathered_.empty()) wait_for_mail(mailboxes_, members_.committer(), kForEver);
    take_mail();
    write_gathered();
  }
  take_mail();  // posted before the StopRequest, by shards whose mail was looked at before it came
  write_gathered();
  mailboxes_.post(members_.committer(), members_.server(), StepReport{});
  mailboxes_.publish(members_.committer());
}

void Committer::take_mail() {
  mailboxes_.drain(members_.committer(), [this](unsigned from, ShardMail mail) {
    if (auto* request = std::get_if<CommitRequest>(&mail)) {
      gathered_.push_back(std::move(*request->batch));
      from_.push_back(from);
    } else {
      SLUICE_ASSERT(std::holds_alternative<StopRequest>(mail));
      is_stopping_ = true;
    }
  });
}

void Committer::write_gathered() {
  if (gathered_.empty()) return;
  // More may gather while the store is failed.
  const std::vector<storage::Batch> batches = std::exchange(gathered_, {});
  const std::vector<unsigned> owners = std::exchange(from_, {});
  const auto written = write_timed(batches);
  if (!written) {
    log::error(written.error().what +
               "; messages of QoS 1 and 2 are held back until it takes them");
    tell_state(true);
    if (!write_until_it_succeeds(batches)) return;
    log::info("the store takes writes again");
  }
  count(batches);
  for (const unsigned owner : owners) {
    mailboxes_.post(members_.committer(), owner, CommittedReport{});
  }
  mailboxes_.publish(members_.committer());
  if (!written) tell_state(false);
}

/// Writes that fail are not timed: they would say nothing of the disk.
Result<void> Committer::write_timed(const std::vector<storage::Batch>& batches) {
  using std::chrono::steady_clock;
  const auto before = steady_clock::now();
  auto written = engine_.write(batches);
  if (!written) return written;
  counters_.log_append.observe(
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - before));
  if (const auto synced = engine_.last_sync(); synced.count() > 0) {
    counters_.log_fsync.observe(synced);
  }
  return written;
}

bool Committer::write_until_it_succeeds(const std::vector<storage::Batch>& batches) {
  for (;;) {
    wait_to_retry();
    const auto written = restart_and_write(batches);
    if (written) return true;
    if (!is_stopping_) continue;
    log::error("stopping without what the store did not take, which was not acknowledged: " +
               written.error().what);
    return false;
  }
}

Result<void> Committer::restart_and_write(const std::vector<storage::Batch>& batches) {
  if (auto restarted = engine_.restart(); !restarted) return restarted;
  return write_timed(batches);
}

/// Mail ends the wait only where it is the StopRequest.
void Committer::wait_to_retry() {
  const Instant until = monotonic_now() + retry_after_;
  while (!is_stopping_) {
    const milliseconds left = until - monotonic_now();
    if (left <= milliseconds{0}) return;
    wait_for_mail(mailboxes_, members_.committer(), left);
    take_mail();
  }
}

void Committer::count(const std::vector<storage::Batch>& written) {
  ++counters_.commit_groups;
  counters_.batches += written.size();
  for (const storage::Batch& batch : written) {
    counters_.pages_written += batch.pages.size();
    counters_.rows_written += batch.rows.size();
    counters_.ranges_dropped += batch.dropped.size();
  }
}

void Committer::tell_state(bool is_failed) {
  counters_.is_failed = is_failed;
  if (is_failed) ++counters_.failures;
  for (unsigned shard = 0; shard < members_.shards; ++shard) {
    mailboxes_.post(members_.committer(), shard, StoreStateReport{is_failed});
  }
  mailboxes_.post(members_.committer(), members_.page_reader(), StoreStateReport{is_failed});
  mailboxes_.publish(members_.committer());
}

}  // namespace sluice::net
