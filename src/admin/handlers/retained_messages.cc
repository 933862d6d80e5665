#include "admin/handlers/retained_messages.h"

#include <array>

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/message_json.h"
#include "admin/http/list_query.h"

namespace sluice::admin {
namespace {

using Order = broker::RetainedQuery::Order;

constexpr const char* kEntity = "RETAINED_MESSAGE";
constexpr std::size_t kPayloadMax = 64 * 1024;             // bytes of one message in a list
constexpr std::size_t kPagePayloadMax = 16 * 1024 * 1024;  // bytes of all of a page

constexpr std::array kOrders{Choice<Order>{"topic", Order::Topic}, Choice<Order>{"qos", Order::Qos},
                             Choice<Order>{"createdTime", Order::CreatedAt},
                             Choice<Order>{"payloadSize", Order::Size}};

Outcome<broker::RetainedQuery> read_query(const Query& query, const entities::PageRequest& page) {
  broker::RetainedQuery wanted;
  wanted.topic = query.has("topicName") ? query.text("topicName") : page.text_search;
  wanted.payload = query.text("payload");
  const auto qos = read_qos_mask(query);
  if (!qos) return tl::unexpected(qos.error());
  wanted.qos_mask = *qos;
  if (page.start_time) wanted.from = *page.start_time;
  if (page.end_time) wanted.to = *page.end_time;
  const auto order = read_sort<Order>(page, kOrders);
  if (!order) return tl::unexpected(order.error());
  wanted.order = *order;
  wanted.descending = is_descending(page);
  wanted.slice = slice_of(page);
  return wanted;
}

Outcome<Response> get_retained(Services& services, const Request& request) {
  const auto topic = request.query.required("topicName");
  if (!topic) return tl::unexpected(topic.error());
  const auto message = services.context.view->find_retained(*topic);
  if (!message) return not_found("There is no retained message of '" + *topic + "'");
  return Response::json(message_to_json(*message));
}

}  // namespace

Outcome<Response> find_retained(Services& services, const Request& request) {
  return request.query.has("topicName") ? get_retained(services, request)
                                        : list_retained(services, request);
}

Outcome<Response> list_retained(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto wanted = read_query(request.query, *page);
  if (!wanted) return tl::unexpected(wanted.error());
  const std::size_t payload_max = std::min(kPayloadMax, kPagePayloadMax / page->page_size);
  return Response::json(page_to_json(services.context.view->list_retained(*wanted, payload_max),
                                     *page, message_to_json));
}

Outcome<Response> delete_retained(Services& services, const Request& request) {
  const auto topic = request.query.required("topicName");
  if (!topic) return tl::unexpected(topic.error());
  if (!services.context.view->find_retained(*topic)) {
    return not_found("There is no retained message of '" + *topic + "'");
  }
  const auto recorded =
      record(services.context, request.caller, "DELETE", {kEntity, *topic, *topic, "", ""});
  if (!recorded) return tl::unexpected(recorded.error());
  services.context.view->remove_retained({*topic});
  return Response::empty();
}

}  // namespace sluice::admin
