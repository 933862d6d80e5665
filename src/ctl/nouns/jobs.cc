#include "ctl/answers.h"
#include "ctl/job.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

constexpr const char* kPath = "/api/jobs";

std::string path_of(const Call& call) {
  return kPath + ("/" + percent_encoded(call.arguments.text("JOB")));
}

Outcome<Answer> list(const Call& call) {
  auto reply = call.api.get(kPath);
  if (!reply) return tl::unexpected(reply.error());
  return Answer{
      items_of(std::move(*reply)),
      {text_column("ID", "id"), text_column("ACTION", "action"), text_column("STATE", "state"),
       text_column("DONE", "done"), text_column("FAILED", "failed"), text_column("TOTAL", "total"),
       time_column("STARTED", "startedTime"), wide(text_column("BY", "startedBy")),
       wide(text_column("FILTER", "filter"))}};
}

Outcome<Answer> show(const Call& call) {
  return shown(call.api.get(path_of(call)));
}

Outcome<Answer> cancel(const Call& call) {
  return done(call.api.post(path_of(call) + "/cancel"));
}

Outcome<Answer> remove(const Call& call) {
  return done(call.api.remove(path_of(call)));
}

Outcome<Answer> watch(const Call& call) {
  return follow_job(call, call.arguments.text("JOB"), false);
}

}  // namespace

Noun jobs() {
  const Parameter job = positional("JOB", "Id");
  return {
      "jobs",
      "Work on many sessions or messages that the broker does by and by",
      {watchable({"list", "List the jobs", "", {}, list}),
       watchable({"show", "Show how far a job is", "7", {job}, show}),
       {"watch", "Wait for the end of a job; exit code 1 unless all was done", "7", {job}, watch},
       {"cancel", "Stop a job; what is done stays done", "7", {job}, cancel},
       {"delete", "Forget a job that has ended", "7", {job}, remove}}};
}

}  // namespace sluice::ctl
