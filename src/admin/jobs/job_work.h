#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "admin/context.h"
#include "admin/jobs/job.h"

namespace sluice::admin {

/// What a job does, a step at a time, so that others are served in between.
class JobWork {
 public:
  static constexpr std::size_t kStep = 500;  // Clients or topics of one step

  struct Progress {
    std::uint64_t done = 0;
    std::uint64_t failed = 0;  // where there was nothing to do any more
    std::string problem;       // what failed; empty: nothing
    bool is_last = false;
  };

  virtual ~JobWork() = default;
  /// How many match now.
  virtual std::uint64_t count() = 0;
  /// errors  the job cannot go on
  virtual Outcome<Progress> step() = 0;
  /// Once at the end, however it came.
  virtual Outcome<void> finish() { return {}; }
};

std::unique_ptr<JobWork> make_job_work(Context& context, const JobOrder& order,
                                       const std::string& started_by);

}  // namespace sluice::admin
