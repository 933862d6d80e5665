#include "admin/handlers/jobs.h"

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/http/list_query.h"
#include "admin/jobs/job_json.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr const char* kEntity = "JOB";

Outcome<void> record_job(Services& services, const Request& request, const char* action,
                         const Job& job) {
  const json::object shown = job_to_json(job);
  return record(
      services.context, request.caller, action,
      {kEntity, job.id, std::string(shown.at("action").as_string()), "", json::serialize(shown)});
}

/// All of them unless a page is asked for: they are few.
Outcome<entities::PageRequest> read_jobs_page(Services& services, const Request& request) {
  if (request.query.has("pageSize")) return read_page(services, request);
  entities::PageRequest page;
  page.page_size = JobRunner::kJobsMax;
  return page;
}

}  // namespace

Outcome<Response> start_job(Services& services, const Request& request) {
  auto order = read_job_order(request.body, services.context.node->id());
  if (!order) return tl::unexpected(order.error());
  auto job = services.jobs.start(std::move(*order), request.caller.who);
  if (!job) return tl::unexpected(job.error());
  // Nothing has happened yet: its first step comes after this request.
  if (const auto recorded = record_job(services, request, "START", *job); !recorded) {
    (void)services.jobs.cancel(job->id);
    return tl::unexpected(recorded.error());
  }
  return Response::json(job_to_json(*job));
}

Outcome<Response> list_jobs(Services& services, const Request& request) {
  const auto page = read_jobs_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return Response::json(
      page_of_all(services.jobs.list(), *page, [](const Job& job) { return job_to_json(job); }));
}

Outcome<Response> get_job(Services& services, const Request& request) {
  const auto job = services.jobs.get(request.param("id"));
  if (!job) return tl::unexpected(job.error());
  return Response::json(job_to_json(*job));
}

Outcome<Response> cancel_job(Services& services, const Request& request) {
  const auto job = services.jobs.cancel(request.param("id"));
  if (!job) return tl::unexpected(job.error());
  const auto recorded = record_job(services, request, "CANCEL", *job);
  if (!recorded) return tl::unexpected(recorded.error());
  return Response::json(job_to_json(*job));
}

Outcome<Response> forget_job(Services& services, const Request& request) {
  const auto forgotten = services.jobs.forget(request.param("id"));
  if (!forgotten) return tl::unexpected(forgotten.error());
  return Response::empty();
}

}  // namespace sluice::admin
