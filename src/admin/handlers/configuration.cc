#include "admin/handlers/configuration.h"

#include <boost/algorithm/string/join.hpp>

#include "admin/change.h"
#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

json::object entry_to_json(const ConfigurationEntry& entry) {
  return {{"key", entry.key},       {"value", entry.value}, {"defaultValue", entry.default_value},
          {"origin", entry.origin}, {"help", entry.help},   {"needsRestart", entry.needs_restart}};
}

json::object difference_to_json(const ConfigurationDifference& difference) {
  return {{"key", difference.key},
          {"running", difference.running},
          {"loaded", difference.loaded},
          {"needsRestart", difference.needs_restart}};
}

json::array texts_to_json(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::object report_to_json(const ReloadReport& report) {
  return {{"applied", texts_to_json(report.applied)},
          {"needsRestart", texts_to_json(report.needs_restart)},
          {"unchanged", report.unchanged}};
}

/// after  JSON of what came of it
Outcome<void> log_change(Services& services, const Request& request, const std::string& action,
                         const json::object& after, const std::string& result) {
  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = change->log(action, {"CONFIGURATION", "", "", "", json::serialize(after)}, result);
  if (done) done = change->commit();
  return done;
}

}  // namespace

Outcome<Response> show_configuration(Services& services, const Request& request) {
  const std::string prefix = request.query.text("prefix");
  json::array entries;
  for (const auto& entry : services.context.configuration->show()) {
    if (entry.key.starts_with(prefix)) entries.push_back(entry_to_json(entry));
  }
  return Response::json(entries);
}

Outcome<Response> compare_configuration(Services& services, const Request&) {
  const auto differences = services.context.configuration->compare();
  if (!differences) return bad_request(differences.error().what);
  json::array list;
  for (const auto& difference : *differences) list.push_back(difference_to_json(difference));
  return Response::json(list);
}

Outcome<Response> reload_configuration(Services& services, const Request& request) {
  const ReloadReport report = services.context.configuration->reload();
  const bool is_done = report.problems.empty();
  const json::object after =
      is_done ? report_to_json(report) : json::object{{"problems", texts_to_json(report.problems)}};
  auto logged = log_change(services, request, "RELOAD", after, is_done ? "SUCCESS" : "FAILURE");
  if (!logged) return tl::unexpected(logged.error());
  if (!is_done) return bad_request(boost::join(report.problems, "\n"));
  return Response::json(after);
}

Outcome<Response> set_log_level(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string level = fields.required_text("level");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto set = services.context.configuration->set_log_level(level);
  if (!set) return bad_request(set.error().what);
  const json::object after{{"level", level}};
  auto logged = log_change(services, request, "LOG_LEVEL", after, "SUCCESS");
  if (!logged) return tl::unexpected(logged.error());
  return Response::json(after);
}

}  // namespace sluice::admin
