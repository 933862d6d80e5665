#include "admin/handlers/queues.h"

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/message_json.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr const char* kEntity = "CLIENT_QUEUE";
constexpr std::int64_t kShown = 20;
constexpr std::int64_t kShownMax = 1000;
constexpr std::int64_t kPayload = 256;  // bytes
constexpr std::int64_t kPayloadMax = 16 * 1024;

json::object to_json(const broker::QueuedMessage& queued) {
  json::object shown = message_to_json(queued.message);
  shown["packetId"] = queued.packet_id == 0 ? json::value(nullptr) : json::value(queued.packet_id);
  shown["awaitsRelease"] = queued.awaits_release;
  return shown;
}

}  // namespace

Outcome<Response> show_queue(Services& services, const Request& request) {
  const auto client_id = request.query.required("clientId");
  if (!client_id) return tl::unexpected(client_id.error());
  const auto shown = request.query.number("limit", 0, kShownMax);
  if (!shown) return tl::unexpected(shown.error());
  const auto payload = request.query.number("payloadMax", 0, kPayloadMax);
  if (!payload) return tl::unexpected(payload.error());
  const auto queue = services.context.view->find_queue(
      *client_id, static_cast<std::size_t>(shown->value_or(kShown)),
      static_cast<std::size_t>(payload->value_or(kPayload)));
  if (!queue) return not_found("'" + *client_id + "' has no Session");
  json::array messages;
  for (const broker::QueuedMessage& queued : queue->first) messages.push_back(to_json(queued));
  return Response::json(json::object{{"clientId", *client_id},
                                     {"messageCount", queue->messages},
                                     {"bytes", queue->bytes},
                                     {"inFlightCount", queue->in_flight},
                                     {"onDiskCount", queue->on_disk},
                                     {"oldestTime", queue->oldest_at},
                                     {"messages", std::move(messages)}});
}

Outcome<Response> purge_queue(Services& services, const Request& request) {
  const auto client_id = request.query.required("clientId");
  if (!client_id) return tl::unexpected(client_id.error());
  const auto session = services.context.view->find_session(*client_id);
  if (!session) return not_found("'" + *client_id + "' has no Session");
  const auto recorded = record(services.context, request.caller, "DELETE",
                               {kEntity, session->summary.id, *client_id, "", ""});
  if (!recorded) return tl::unexpected(recorded.error());
  const auto purged = services.context.view->purge_queue(*client_id);
  if (!purged) return not_found("'" + *client_id + "' has no Session");
  return Response::json(json::object{{"purgedCount", *purged}});
}

}  // namespace sluice::admin
