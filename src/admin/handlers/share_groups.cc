#include "admin/handlers/share_groups.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>

#include "admin/handlers/json_parts.h"
#include "admin/http/list_query.h"
#include "entities/credentials_value.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using broker::GroupMember;
using broker::ShareGroupFacts;

enum class Order : std::uint8_t { ShareName, TopicFilter };

constexpr std::array kOrders{Choice<Order>{"shareName", Order::ShareName},
                             Choice<Order>{"topicFilter", Order::TopicFilter}};

json::object to_json(const ShareGroupFacts& group) {
  json::array clients;
  for (const GroupMember& member : group.members) {
    clients.push_back({{"clientId", member.client_id},
                       {"clientType", entities::to_string(member.type)},
                       {"connected", member.is_connected}});
  }
  return {{"shareName", group.share_name},
          {"topicFilter", group.filter},
          {"clients", std::move(clients)}};
}

bool has_member(const ShareGroupFacts& group, const std::string& client_id) {
  return client_id.empty() || std::ranges::any_of(group.members, [&](const GroupMember& member) {
           return boost::algorithm::icontains(member.client_id, client_id);
         });
}

std::vector<ShareGroupFacts> matching(std::vector<ShareGroupFacts> groups, const Query& query) {
  const std::string share_name = query.text("shareNameSearch");
  const std::string client_id = query.text("clientIdSearch");
  const std::string filter = query.text("textSearch");
  std::erase_if(groups, [&](const ShareGroupFacts& group) {
    return !boost::algorithm::icontains(group.share_name, share_name) ||
           !boost::algorithm::icontains(group.filter, filter) || !has_member(group, client_id);
  });
  return groups;
}

void sort(std::vector<ShareGroupFacts>& groups, Order order, bool descending) {
  std::ranges::sort(groups, [&](const ShareGroupFacts& a, const ShareGroupFacts& b) {
    const auto key = [order](const ShareGroupFacts& group) {
      return order == Order::ShareName ? std::tie(group.share_name, group.filter)
                                       : std::tie(group.filter, group.share_name);
    };
    return descending ? key(b) < key(a) : key(a) < key(b);
  });
}

}  // namespace

Outcome<Response> list_share_groups(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto order = read_sort<Order>(*page, kOrders);
  if (!order) return tl::unexpected(order.error());
  auto groups = matching(services.context.view->list_share_groups(), request.query);
  sort(groups, *order, is_descending(*page));
  return Response::json(page_of_all(groups, *page, to_json));
}

}  // namespace sluice::admin
