#include "admin/handlers/subscriptions.h"

#include <array>
#include <limits>

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/share_groups.h"
#include "admin/handlers/subscription_json.h"
#include "admin/http/list_query.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using broker::SubscriptionChange;
using broker::SubscriptionFacts;

constexpr const char* kEntity = "SUBSCRIPTIONS";

constexpr std::array kOrders{Choice<bool>{"clientId", false}, Choice<bool>{"topicFilter", true},
                             Choice<bool>{"subscription.topicFilter", true}};

json::array to_json(const std::vector<SubscriptionFacts>& subscriptions) {
  json::array shown;
  for (const auto& subscription : subscriptions) {
    shown.push_back(subscription_info_to_json(subscription));
  }
  return shown;
}

Outcome<std::vector<SubscriptionFacts>> read_wanted(const json::value& body) {
  Fields fields(body);
  std::vector<SubscriptionFacts> wanted;
  if (!fields.has("subscriptions")) fields.complain("subscriptions", "is missing");
  for (Fields& item : fields.objects("subscriptions")) {
    wanted.push_back(read_subscription_info(item));
    const auto is_same = [&last = wanted.back()](const SubscriptionFacts& other) {
      return other.filter == last.filter && other.share_name == last.share_name;
    };
    if (std::count_if(wanted.begin(), wanted.end(), is_same) > 1) {
      item.complain("topicFilter", "is in the list twice");
    }
  }
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return wanted;
}

Outcome<Response> answer(const std::string& client_id, std::optional<SubscriptionChange> change) {
  if (!change) return not_found("'" + client_id + "' has no Session");
  switch (*change) {
    case SubscriptionChange::Done:
      break;
    case SubscriptionChange::InvalidFilter:
      return bad_request("One of the Topic Filters is not valid here; nothing was changed");
    case SubscriptionChange::NotAuthorized:
      return bad_request("The rules of '" + client_id +
                         "' do not allow one of the Topic Filters; nothing was changed");
    case SubscriptionChange::TooMany:
      return bad_request("These are more than mqtt.subscriptions_max; nothing was changed");
  }
  return Response::empty();
}

/// Retain Handling is not kept, and what is read says 0.
bool asks_for_other_handling(const Query& query) {
  const auto wanted = query.list("retainHandlingList");
  return !wanted.empty() && std::find(wanted.begin(), wanted.end(), "0") == wanted.end();
}

Outcome<broker::SubscriptionQuery> read_query(const Query& query) {
  broker::SubscriptionQuery wanted;
  wanted.client_id = query.text("clientId");
  wanted.filter = query.has("topicFilter") ? query.text("topicFilter") : query.text("textSearch");
  const auto qos = read_qos_mask(query);
  if (!qos) return tl::unexpected(qos.error());
  const auto no_local = query.flags("noLocalList");
  if (!no_local) return tl::unexpected(no_local.error());
  const auto as_published = query.flags("retainAsPublishList");
  if (!as_published) return tl::unexpected(as_published.error());
  const auto identifier =
      query.number("subscriptionId", 0, std::numeric_limits<std::uint32_t>::max());
  if (!identifier) return tl::unexpected(identifier.error());
  wanted.qos_mask = *qos;
  wanted.no_local = *no_local;
  wanted.retain_as_published = *as_published;
  if (*identifier) wanted.identifier = static_cast<std::uint32_t>(**identifier);
  return wanted;
}

Outcome<Response> list_of_client(Services& services, const Request& request) {
  const auto client_id = request.query.required("clientId");
  if (!client_id) return tl::unexpected(client_id.error());
  const auto session = services.context.view->find_session(*client_id);
  if (!session) return not_found("'" + *client_id + "' has no Session");
  json::array shown;
  for (const auto& subscription : session->subscriptions) {
    shown.push_back(topic_subscription_to_json(subscription));
  }
  return Response::json(shown);
}

}  // namespace

Outcome<Response> replace_subscriptions(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string client_id = fields.required_text("clientId");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto wanted = read_wanted(request.body);
  if (!wanted) return tl::unexpected(wanted.error());
  const auto session = services.context.view->find_session(client_id);
  if (!session) return not_found("'" + client_id + "' has no Session");
  const auto recorded =
      record(services.context, request.caller, "UPDATE",
             {kEntity, session->summary.id, client_id,
              json::serialize(to_json(session->subscriptions)), json::serialize(to_json(*wanted))});
  if (!recorded) return tl::unexpected(recorded.error());
  return answer(client_id, services.context.view->replace_subscriptions(client_id, *wanted));
}

Outcome<Response> find_subscriptions(Services& services, const Request& request) {
  return request.query.has("clientId") ? list_of_client(services, request)
                                       : list_share_groups(services, request);
}

Outcome<Response> list_subscriptions(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto by_filter = read_sort<bool>(*page, kOrders);
  if (!by_filter) return tl::unexpected(by_filter.error());
  auto wanted = read_query(request.query);
  if (!wanted) return tl::unexpected(wanted.error());
  wanted->by_filter = *by_filter;
  wanted->descending = is_descending(*page);
  wanted->slice = slice_of(*page);
  broker::Excerpt<broker::ClientSubscription> found;
  if (!asks_for_other_handling(request.query)) {
    found = services.context.view->list_subscriptions(*wanted);
  }
  return Response::json(
      page_to_json(found, *page, [](const broker::ClientSubscription& item) -> json::object {
        return {{"clientId", item.client_id},
                {"subscription", subscription_info_to_json(item.subscription)}};
      }));
}

Outcome<Response> list_integration_subscriptions(Services&, const Request& request) {
  const auto id = request.query.required("integrationId");
  if (!id) return tl::unexpected(id.error());
  return not_found("There is no integration '" + *id + "'");
}

Outcome<Response> clear_index(Services&, const Request&) {
  return Response::empty();
}

}  // namespace sluice::admin
