#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "ctl/noun.h"

namespace sluice::ctl {

/// Work of the broker on all that a filter matches.
struct JobRequest {
  std::string action;          // "DISCONNECT"
  boost::json::object filter;  // as the API takes it
  std::string question;        // "Disconnect {} clients?": {} is their number
};

/// --dry-run, --no-wait and --yes.
std::vector<Parameter> job_options();

/// Says how many it is about, asks, starts the job and waits for its end, with a bar on stderr.
/// Ctrl-C cancels the job and waits for what is left of it. Exit code 1 unless all was done.
Outcome<Answer> run_job(const Call& call, const JobRequest& request);

/// Waits for the end of a job in that way.
/// cancels  Ctrl-C cancels it; otherwise it only ends the waiting
Outcome<Answer> follow_job(const Call& call, const std::string& id, bool cancels);

/// Conditions of a list as the filter of a job: values of names that end in "List" are lists.
boost::json::object to_job_filter(const Query& conditions);

}  // namespace sluice::ctl
