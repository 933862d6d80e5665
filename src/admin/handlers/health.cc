#include "admin/handlers/health.h"

#include <algorithm>

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

using Checks = std::vector<HealthCheck>;

/// What is told besides the result.
struct Detail {
  bool is_verbose = false;   // each check
  bool has_details = false;  // and why it fails
};

Health health_of(Services& services) {
  return services.context.node ? services.context.node->health() : Health{};
}

bool passes(const Checks& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.passes; });
}

bool is_on_this_machine(const Caller& caller) {
  return caller.is_local || caller.address.starts_with("127.") || caller.address == "::1";
}

std::string to_text(const Checks& checks, const Detail& detail) {
  const std::string result = passes(checks) ? "ok\n" : "failed\n";
  if (!detail.is_verbose) return result;
  std::string text;
  for (const HealthCheck& check : checks) {
    text += (check.passes ? "[+]" : "[-]") + check.name + (check.passes ? " ok" : " failed");
    if (detail.has_details && !check.detail.empty()) text += ": " + check.detail;
    text += '\n';
  }
  return text + result;
}

json::object to_json(const Checks& checks, const Detail& detail) {
  json::object result{{"status", passes(checks) ? "ok" : "failed"}};
  if (!detail.is_verbose) return result;
  json::array all;
  for (const HealthCheck& check : checks) {
    json::object one{{"name", check.name}, {"passes", check.passes}};
    if (detail.has_details) one["detail"] = text_json(check.detail);
    all.push_back(std::move(one));
  }
  result["checks"] = std::move(all);
  return result;
}

Response answer(const Checks& checks, const Request& request, const Detail& detail) {
  Response response;
  if (request.accept.find("application/json") != std::string::npos) {
    response = Response::json(to_json(checks, detail));
  } else {
    response.body = to_text(checks, detail);
    response.content_type = "text/plain; charset=utf-8";
  }
  response.status = passes(checks) ? 200 : 503;
  return response;
}

Response answer(const Checks& checks, const Request& request) {
  return answer(checks, request,
                {request.query.has("verbose"), is_on_this_machine(request.caller)});
}

}  // namespace

Outcome<Response> get_livez(Services& services, const Request& request) {
  return answer(health_of(services).live, request);
}

Outcome<Response> get_readyz(Services& services, const Request& request) {
  return answer(health_of(services).ready, request);
}

/// While it fails, how far the start is: for anybody, as nobody could do harm with it.
Outcome<Response> get_startupz(Services& services, const Request& request) {
  const Checks checks = health_of(services).started;
  if (passes(checks)) return answer(checks, request);
  return answer(checks, request, {.is_verbose = true, .has_details = true});
}

Outcome<Response> get_actuator_health(Services& services, const Request&) {
  const Health health = health_of(services);
  const bool is_up = passes(health.live) && passes(health.ready);
  Response response = Response::json({{"status", is_up ? "UP" : "DOWN"}});
  response.status = is_up ? 200 : 503;
  return response;
}

Outcome<Response> get_actuator_info(Services& services, const Request&) {
  const std::string version = services.context.node ? services.context.node->version() : "";
  return Response::json({{"build", {{"name", "Sluice"}, {"version", version}}}});
}

}  // namespace sluice::admin
