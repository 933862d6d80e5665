#include "admin/jobs/job_runner.h"

#include <algorithm>

#include "entities/uuid.h"

namespace sluice::admin {
namespace {

constexpr std::chrono::seconds kRetryAfter{10};

}  // namespace

Outcome<Job> JobRunner::start(JobOrder order, const std::string& started_by) {
  forget_old();
  const auto is_running = [](const Entry& entry) { return entry.work != nullptr; };
  if (static_cast<std::size_t>(std::ranges::count_if(entries_, is_running)) >= kRunningMax) {
    return too_many_requests("There are " + std::to_string(kRunningMax) + " jobs under way",
                             kRetryAfter);
  }
  Entry entry;
  entry.work = make_job_work(context_, order, started_by);
  entry.job.id = entities::make_uuid();
  entry.job.order = std::move(order);
  entry.job.total = entry.work->count();
  entry.job.started_by = started_by;
  entry.job.started = context_.now();
  entries_.push_front(std::move(entry));
  forget_old();
  Entry& added = entries_.front();
  tell(added.job);
  if (added.job.order.is_dry_run) {
    added.work.reset();
    added.job.state = JobState::Done;
    added.job.ended = context_.now();
    tell(added.job);
  } else {
    run_later();
  }
  return added.job;
}

bool JobRunner::step() {
  bool has_more = false;
  for (Entry& entry : entries_) {
    if (!entry.work) continue;
    advance(entry);
    has_more |= entry.work != nullptr;
  }
  return has_more;
}

void JobRunner::advance(Entry& entry) {
  Job& job = entry.job;
  const auto progress = entry.work->step();
  if (!progress) {
    note_error(job, progress.error().message);
    return end(entry, JobState::Failed);
  }
  job.done += progress->done;
  job.failed += progress->failed;
  job.total = std::max(job.total, job.done + job.failed);  // more may have come since
  if (!progress->problem.empty()) note_error(job, progress->problem);
  if (progress->is_last) return end(entry, JobState::Done);
  tell(job);
}

void JobRunner::end(Entry& entry, JobState state) {
  const auto finished = entry.work->finish();
  entry.work.reset();
  entry.job.state = finished ? state : JobState::Failed;
  if (!finished) note_error(entry.job, finished.error().message);
  entry.job.ended = context_.now();
  tell(entry.job);
}

std::vector<Job> JobRunner::list() {
  forget_old();
  std::vector<Job> jobs;
  for (const Entry& entry : entries_) jobs.push_back(entry.job);
  return jobs;
}

Outcome<Job> JobRunner::get(const std::string& id) {
  forget_old();
  const auto found = find(id);
  if (found == entries_.end()) return not_found("There is no job '" + id + "'");
  return found->job;
}

Outcome<Job> JobRunner::cancel(const std::string& id) {
  const auto found = find(id);
  if (found == entries_.end()) return not_found("There is no job '" + id + "'");
  if (!found->work) return bad_request("The job '" + id + "' has ended");
  end(*found, JobState::Cancelled);
  return found->job;
}

Outcome<void> JobRunner::forget(const std::string& id) {
  const auto found = find(id);
  if (found == entries_.end()) return not_found("There is no job '" + id + "'");
  if (found->work) return bad_request("The job '" + id + "' is under way: cancel it first");
  entries_.erase(found);
  return {};
}

void JobRunner::forget_old() {
  const std::int64_t oldest = context_.now() - kKept;
  entries_.remove_if(
      [oldest](const Entry& entry) { return !entry.work && entry.job.ended < oldest; });
  for (auto at = entries_.end(); entries_.size() > kJobsMax && at != entries_.begin();) {
    --at;
    if (!at->work) at = entries_.erase(at);
  }
}

std::list<JobRunner::Entry>::iterator JobRunner::find(const std::string& id) {
  return std::ranges::find_if(entries_, [&id](const Entry& entry) { return entry.job.id == id; });
}

void JobRunner::note_error(Job& job, const std::string& text) {
  if (job.errors.size() < kErrorsMax) job.errors.push_back(text);
}

void JobRunner::tell(const Job& job) {
  if (listener_) listener_(job);
}

void JobRunner::run_later() {
  if (!post_ || is_scheduled_) return;
  is_scheduled_ = true;
  post_([this] {
    is_scheduled_ = false;
    if (step()) run_later();
  });
}

}  // namespace sluice::admin
