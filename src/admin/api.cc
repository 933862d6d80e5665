#include "admin/api.h"

#include "admin/http/fields.h"
#include "admin/login/identify.h"
#include "admin/login/lockout.h"
#include "admin/login/secrets.h"
#include "admin/routes.h"
#include "base/log.h"

namespace sluice::admin {
namespace {

constexpr std::uint64_t kLargeBodyFactor = 16;
constexpr seconds kStartPause{1};

config::RateLimit requests_limit(const config::AdminSettings& settings) {
  return config::parse_rate_limit(settings.requests).value_or(config::RateLimit{});
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string_view query_of(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

/// A token counts for itself wherever it is used from; requests without one for their address.
std::string throttle_name(const Caller& caller) {
  return "caller:" + (caller.login_id.empty() ? caller.who : caller.login_id);
}

}  // namespace

Api::Api(Context& context)
    : context_(context),
      services_(context),
      router_(make_routes(services_)),
      throttle_(requests_limit(context.settings)) {}

Api::Api(Context& context, std::vector<Route> routes)
    : context_(context),
      services_(context),
      router_(std::move(routes)),
      throttle_(requests_limit(context.settings)) {}

void Api::on_settings() {
  throttle_.set_limit(requests_limit(context_.settings));
}

Api::Admission Api::admit(const RequestHead& head) {
  auto admission = try_admit(head);
  if (admission) return std::move(*admission);
  Admission refused;
  refused.refusal = to_response(admission.error());
  return refused;
}

Outcome<Api::Admission> Api::try_admit(const RequestHead& head) {
  const auto throttle = [this](const std::string& name) -> Outcome<void> {
    const auto wait = throttle_.take(name, context_.clock.monotonic());
    if (wait) return too_many_requests("Too many requests", *wait);
    return {};
  };
  auto match = router_.find(head.method, path_of(head.target));
  if (!head.is_local && !(match && match->route->is_probe)) {
    auto fine = throttle("address:" + limit_key_of_address(head.address));
    if (!fine) return tl::unexpected(fine.error());
  }
  auto query = Query::parse(query_of(head.target));
  Admission admission;
  admission.request.caller.address = head.address;
  admission.request.caller.is_local = head.is_local;
  admission.request.accept = head.accept;
  admission.request.last_event_id = head.last_event_id;
  admission.target = head.target;
  admission.idempotency_key = head.idempotency_key;
  // A path that is not there needs a token too: without one nobody learns which are.
  if (!match || match->route->needs) {
    auto caller = find_caller(head, match, query);
    if (!caller) return tl::unexpected(caller.error());
    if (!match) return tl::unexpected(match.error());
    if (caller->role < *match->route->needs) {
      return permission_denied("You don't have permission to perform this operation");
    }
    if (!head.is_local) {
      auto fine = throttle(throttle_name(*caller));
      if (!fine) return tl::unexpected(fine.error());
    }
    admission.request.caller = std::move(*caller);
    if (context_.node != nullptr && !context_.node->is_serving()) {
      return tl::unexpected(
          ApiError{503, ErrorCode::General, "The broker is starting", kStartPause, {}});
    }
  }
  if (!query) return tl::unexpected(query.error());
  admission.request.query = std::move(*query);
  admission.request.params = match->params;
  admission.body_max =
      context_.settings.body_max * (match->route->takes_large_body ? kLargeBodyFactor : 1);
  admission.match = std::move(*match);
  return admission;
}

Outcome<Caller> Api::find_caller(const RequestHead& head, const Outcome<Router::Match>& match,
                                 const Outcome<Query>& query) {
  const bool has_ticket = match && match->route->takes_ticket && query && query->has("ticket");
  if (!has_ticket) return identify(context_, services_.tokens, head);
  auto caller =
      services_.monitoring.tickets.redeem(query->text("ticket"), context_.clock.monotonic());
  if (!caller || !is_still_welcome(context_, *caller)) {
    return unauthenticated("The ticket is not valid any more");
  }
  return std::move(*caller);
}

Response Api::answer(Admission admission, const std::string& body) {
  if (!body.empty()) {
    auto value = parse_json(body);
    if (!value) return to_response(value.error());
    admission.request.body = std::move(*value);
  }
  const bool is_repeatable = admission.idempotency_key.empty() ||
                             admission.match.route->method != "POST" ||
                             !admission.match.route->needs;
  if (!is_repeatable) return answer_once(admission, body);
  return call(admission);
}

Response Api::call(const Admission& admission) {
  Response response = finish(admission.match.route->handler(admission.request));
  // What was changed may be who may listen.
  if (admission.match.route->method != "GET") services_.events.end_unwelcome();
  return response;
}

/// What was answered to the same request before, without doing it again.
Response Api::answer_once(const Admission& admission, const std::string& body) {
  if (admission.idempotency_key.size() > KeptAnswers::kKeyMax) {
    return to_response(bad_request("The Idempotency-Key is too long").value());
  }
  const std::string name = admission.request.caller.who + '\n' + admission.idempotency_key;
  const std::string question = sha256(admission.target + '\n' + body);
  auto kept = kept_answers_.find(name, question, context_.now());
  if (!kept) return to_response(kept.error());
  if (*kept) return std::move(**kept);
  Response response = call(admission);
  kept_answers_.keep(name, question, response, context_.now());
  return response;
}

Response Api::finish(Outcome<Response> outcome) {
  if (!outcome) return to_response(outcome.error());
  if (!outcome->work) return std::move(*outcome);
  return Response::later(
      [this, work = std::move(outcome->work)](const Response::StopFlag& stop) -> Response::Finish {
        return [this, last = work(stop)]() -> Outcome<Response> {
          Response response = finish(last());
          services_.events.end_unwelcome();
          return response;
        };
      });
}

Response Api::to_response(const ApiError& error) const {
  if (error.status == 500) log::error("a request to the administration failed: " + error.message);
  Response response;
  response.status = error.status;
  response.body = error.to_json(context_.now());
  if (error.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after->count()));
  }
  return response;
}

}  // namespace sluice::admin
