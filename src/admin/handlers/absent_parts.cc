#include "admin/handlers/absent_parts.h"

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

std::string named(const Request& request) {
  const auto id = request.params.find("id");
  const auto entity = request.params.find("entityId");
  if (id != request.params.end()) return id->second;
  return entity != request.params.end() ? entity->second : std::string();
}

}  // namespace

Outcome<Response> list_nothing(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return Response::json(page_to_json(boost::json::array(), 0, *page));
}

Outcome<Response> refuse_kafka(Services&, const Request&) {
  return bad_request("This broker runs without Kafka: it has no topics and no consumer groups");
}

Outcome<Response> find_application_shared(Services& services, const Request& request) {
  const std::string* topic = request.query.find("topic");
  if (!topic && request.params.empty()) return list_nothing(services, request);
  return not_found("There is no entity '" + (topic ? *topic : named(request)) +
                   "': Shared Subscriptions need none here");
}

Outcome<Response> refuse_application_shared(Services&, const Request&) {
  return bad_request(
      "Shared Subscriptions of APPLICATION Clients need no entity here: subscribing to "
      "$share/{ShareName}/{filter} makes the group");
}

Outcome<Response> find_no_integration(Services&, const Request& request) {
  return not_found("There is no integration '" + named(request) + "'");
}

Outcome<Response> refuse_integration(Services&, const Request&) {
  return bad_request("This broker has no integrations yet");
}

}  // namespace sluice::admin
