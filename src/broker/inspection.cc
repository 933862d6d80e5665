#include "broker/inspection.h"

#include <compare>

#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

namespace {

std::weak_ordering compare(const SessionSummary& a, const SessionSummary& b, SessionOrder order) {
  switch (order) {
    case SessionOrder::ClientId:
      return a.client_id <=> b.client_id;
    case SessionOrder::Connected:
      return a.is_connected <=> b.is_connected;
    case SessionOrder::Type:
      return a.type <=> b.type;
    case SessionOrder::Subscriptions:
      return a.subscriptions <=> b.subscriptions;
    case SessionOrder::ConnectedAt:
      return a.connected_at <=> b.connected_at;
    case SessionOrder::DisconnectedAt:
      return a.disconnected_at <=> b.disconnected_at;
    case SessionOrder::Address:
      return a.address <=> b.address;
    case SessionOrder::CleanStart:
      return a.clean_start <=> b.clean_start;
    case SessionOrder::WaitingBytes:
      return a.waiting_bytes <=> b.waiting_bytes;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare(const MessageFacts& a, const MessageFacts& b,
                           RetainedQuery::Order order) {
  switch (order) {
    case RetainedQuery::Order::Topic:
      return a.topic <=> b.topic;
    case RetainedQuery::Order::Qos:
      return a.qos <=> b.qos;
    case RetainedQuery::Order::CreatedAt:
      return a.created_at <=> b.created_at;
    case RetainedQuery::Order::Size:
      return a.payload_bytes <=> b.payload_bytes;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_filters(const ClientSubscription& a, const ClientSubscription& b) {
  const SubscriptionFacts& one = a.subscription;
  const SubscriptionFacts& other = b.subscription;
  if (const auto by_filter = one.filter <=> other.filter; by_filter != 0) return by_filter;
  return one.share_name <=> other.share_name;
}

bool is_before(std::weak_ordering by_key, bool descending, std::weak_ordering by_name) {
  if (by_key == 0) return by_name < 0;
  return descending ? by_key > 0 : by_key < 0;
}

}  // namespace

void SessionTotals::add(const SessionTotals& other) {
  const auto add_type = [](OfType& sum, const OfType& one) {
    sum.connected += one.connected;
    sum.disconnected += one.disconnected;
    sum.queued_messages += one.queued_messages;
  };
  add_type(devices, other.devices);
  add_type(applications, other.applications);
  in_flight += other.in_flight;
  shared_subscriptions += other.shared_subscriptions;
}

bool is_before(const SessionSummary& a, const SessionSummary& b, SessionOrder order,
               bool descending) {
  return is_before(compare(a, b, order), descending, a.client_id <=> b.client_id);
}

bool is_before(const ClientSubscription& a, const ClientSubscription& b, bool by_filter,
               bool descending) {
  const std::weak_ordering filters = compare_filters(a, b);
  const std::weak_ordering clients = a.client_id <=> b.client_id;
  return by_filter ? is_before(filters, descending, clients)
                   : is_before(clients, descending, filters);
}

bool is_before(const MessageFacts& a, const MessageFacts& b, RetainedQuery::Order order,
               bool descending) {
  return is_before(compare(a, b, order), descending, a.topic <=> b.topic);
}

std::string SubscriptionFacts::text() const {
  return share_name.empty() ? filter : mqtt::SharedFilter{share_name, filter}.text();
}

}  // namespace sluice::broker
