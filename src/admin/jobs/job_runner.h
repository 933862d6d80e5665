#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "admin/context.h"
#include "admin/jobs/job.h"
#include "admin/jobs/job_work.h"

namespace sluice::admin {

/// The bulk actions of now and of the last hour. They do not outlive the process.
///
/// Lives on   the admin thread.
/// Limits     kRunningMax run at a time; kJobsMax are remembered, the oldest that ended goes first.
class JobRunner {
 public:
  static constexpr std::size_t kRunningMax = 8;
  static constexpr std::size_t kJobsMax = 100;
  static constexpr std::size_t kErrorsMax = 20;          // of one job
  static constexpr std::int64_t kKept = 60 * 60 * 1000;  // milliseconds after the end

  explicit JobRunner(Context& context) : context_(context) {}

  /// `post` runs a task on the admin thread after what waits there. Without it nothing runs but by
  /// `step`, as tests want it.
  void set_post(std::function<void(std::function<void()>)> post) { post_ = std::move(post); }
  /// Is told of each change of a job.
  void set_listener(std::function<void(const Job&)> listener) { listener_ = std::move(listener); }

  /// Begins; a dry run has ended when it returns.
  /// errors  429: kRunningMax
  Outcome<Job> start(JobOrder order, const std::string& started_by);

  /// One step of each job that runs. returns  whether there is more to do
  bool step();

  /// The newest first.
  std::vector<Job> list();
  Outcome<Job> get(const std::string& id);
  /// What is done stays done. errors  404; 400: it has ended
  Outcome<Job> cancel(const std::string& id);
  /// errors  404; 400: it runs
  Outcome<void> forget(const std::string& id);

 private:
  struct Entry {
    Job job;
    std::unique_ptr<JobWork> work;  // null: ended
  };

  void forget_old();
  std::list<Entry>::iterator find(const std::string& id);
  void advance(Entry& entry);
  void end(Entry& entry, JobState state);
  void note_error(Job& job, const std::string& text);
  void tell(const Job& job);
  void run_later();

  Context& context_;
  std::function<void(std::function<void()>)> post_;
  std::function<void(const Job&)> listener_;
  std::list<Entry> entries_;  // the newest first
  bool is_scheduled_ = false;
};

}  // namespace sluice::admin
