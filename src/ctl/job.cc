#include "ctl/job.h"

#include <unistd.h>

#include <iostream>

#include "ctl/answers.h"
#include "ctl/interrupt.h"
#include "ctl/lookup.h"
#include "ctl/output/progress.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr const char* kPath = "/api/jobs";
constexpr std::chrono::milliseconds kPause{250};

bool has_ended(const json::object& job) {
  return text_of(job, "state") != "RUNNING";
}

std::uint64_t count_of(const json::object& job, std::string_view member) {
  return static_cast<std::uint64_t>(number_of(job, member));
}

Answer finished(json::object job) {
  const bool is_complete = text_of(job, "state") == "DONE" && count_of(job, "failed") == 0;
  Answer answer{std::move(job)};
  answer.exit_code = is_complete ? 0 : kExitRefused;
  return answer;
}

Outcome<json::object> start(const Call& call, const JobRequest& request, bool is_dry_run) {
  return as_object(call.api.post(
      kPath, json::object{
                 {"action", request.action}, {"filter", request.filter}, {"dryRun", is_dry_run}}));
}

std::string question_for(const JobRequest& request, std::uint64_t count) {
  std::string question = request.question;
  return question.replace(question.find("{}"), 2, std::to_string(count));
}

/// Follows a job until it has ended, or Ctrl-C came and it was cancelled or left.
Outcome<json::object> wait_for(const Call& call, const std::string& id, bool cancels) {
  const std::string path = kPath + ("/" + percent_encoded(id));
  Interrupt interrupt;
  Progress progress(std::cerr, ::isatty(STDERR_FILENO) == 1);
  for (bool is_cancelled = false;;) {
    auto job = as_object(call.api.get(path));
    if (!job || has_ended(*job)) return job;
    progress.show(count_of(*job, "done") + count_of(*job, "failed"), count_of(*job, "total"));
    if (!interrupt.wait(kPause)) continue;
    if (is_cancelled || !cancels) return job;
    const auto reply = call.api.post(path + "/cancel");
    if (!reply) return tl::unexpected(reply.error());
    is_cancelled = true;
  }
}

/// A job that does nothing but count. Nobody needs it afterwards.
Outcome<json::object> count(const Call& call, const JobRequest& request) {
  auto job = start(call, request, true);
  if (!job) return job;
  const std::string id = text_of(*job, "id");
  if (!has_ended(*job)) job = wait_for(call, id, true);
  (void)call.api.remove(kPath + ("/" + percent_encoded(id)));
  return job;
}

}  // namespace

std::vector<Parameter> job_options() {
  return {flag("--dry-run", "Only say how many it would be"),
          flag("--no-wait", "Start the job and show it, without waiting for its end"), yes_flag()};
}

Outcome<Answer> run_job(const Call& call, const JobRequest& request) {
  auto plan = count(call, request);
  if (!plan) return tl::unexpected(plan.error());
  const std::uint64_t number = count_of(*plan, "total");
  if (call.arguments.has("--dry-run")) return Answer{std::move(*plan)};
  if (number == 0) {
    Answer answer;
    answer.note = "Nothing matches.";
    return answer;
  }
  const auto agreed =
      call.console.confirm(call.arguments.has("--yes"), question_for(request, number));
  if (!agreed) return tl::unexpected(agreed.error());
  auto job = start(call, request, false);
  if (!job) return tl::unexpected(job.error());
  if (call.arguments.has("--no-wait")) return Answer{std::move(*job)};
  return follow_job(call, text_of(*job, "id"), true);
}

Outcome<Answer> follow_job(const Call& call, const std::string& id, bool cancels) {
  auto job = wait_for(call, id, cancels);
  if (!job) return tl::unexpected(job.error());
  return finished(std::move(*job));
}

json::object to_job_filter(const Query& conditions) {
  json::object filter;
  for (const auto& [name, value] : conditions) {
    if (!std::string_view(name).ends_with("List")) {
      filter[name] = value;
      continue;
    }
    json::value& list = filter[name];
    if (!list.is_array()) list.emplace_array();
    list.get_array().emplace_back(value);
  }
  return filter;
}

}  // namespace sluice::ctl
