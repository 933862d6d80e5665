#include "admin/handlers/streams.h"

#include "admin/login/identify.h"

namespace sluice::admin {
namespace {

Outcome<Channels> read_channels(const Query& query) {
  Channels channels;
  for (const std::string& name : query.list("topics")) {
    const auto channel = find_channel(name);
    if (!channel) return bad_request("'" + name + "' is no value for 'topics'");
    channels.add(*channel);
  }
  return channels.empty() ? Channels::all() : channels;
}

}  // namespace

Outcome<Response> follow_events(Services& services, const Request& request) {
  const auto channels = read_channels(request.query);
  if (!channels) return tl::unexpected(channels.error());
  const std::string last_id =
      request.last_event_id.empty() ? request.query.text("lastEventId") : request.last_event_id;
  auto source = services.events.follow(*channels, last_id, request.caller.is_local,
                                       [&context = services.context, caller = request.caller] {
                                         return is_still_welcome(context, caller);
                                       });
  if (!source) {
    return too_many_requests("There are as many streams as there may be", seconds{10});
  }
  Response response = Response::streamed("text/event-stream", std::move(source));
  response.headers.emplace_back("X-Accel-Buffering", "no");  // proxies pass it on as it comes
  return response;
}

Outcome<Response> issue_stream_ticket(Services& services, const Request& request) {
  const std::string ticket =
      services.monitoring.tickets.issue(request.caller, services.context.clock.monotonic());
  return Response::json({{"ticket", ticket}, {"expiresIn", StreamTickets::kLife.count()}});
}

}  // namespace sluice::admin
