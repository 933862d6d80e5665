#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "admin/broker_view.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::admin::testing {

/// A broker of plain data. It remembers what it was asked for; of the filters of a list it knows
/// only those that its comment names, and it orders by name.
class FakeView final : public BrokerView {
 public:
  broker::SessionDetails& add_session(const std::string& client_id, bool is_connected = true) {
    broker::SessionDetails& details = sessions[client_id];
    details.summary.client_id = client_id;
    details.summary.id = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + next_id_++);
    details.summary.address = "192.0.2.7";
    details.summary.connected_at = 1'700'000'000'000;
    details.summary.is_connected = is_connected;
    if (is_connected) {
      details.protocol_version = 5;
      details.listener = "mqtt://127.0.0.1:1883";
    } else {
      details.summary.disconnected_at = 1'700'000'060'000;
    }
    return details;
  }

  /// Knows: client_id, address, after, connected.
  broker::Excerpt<broker::SessionSummary> list_sessions(
      const broker::SessionQuery& query) override {
    session_query = query;
    std::vector<broker::SessionSummary> found;
    for (const auto& [client_id, details] : sessions) {
      const broker::SessionFilter& filter = query.filter;
      if (!contains(client_id, filter.client_id) || client_id <= filter.after ||
          !contains(details.summary.address, filter.address) ||
          filter.connected.value_or(details.summary.is_connected) != details.summary.is_connected) {
        continue;
      }
      found.push_back(details.summary);
      found.back().subscriptions = details.subscriptions.size();
    }
    return cut(std::move(found), query.slice);
  }
  broker::SessionCounts count_sessions() override {
    broker::SessionCounts counts;
    for (const auto& [client_id, details] : sessions) {
      ++(details.summary.is_connected ? counts.connected : counts.disconnected);
    }
    return counts;
  }
  broker::SessionTotals total_sessions() override { return totals; }
  std::optional<broker::SessionDetails> find_session(const std::string& client_id) override {
    return find_in(sessions, client_id);
  }
  std::vector<broker::ClientLatency> list_latencies(std::size_t max) override {
    auto all = latencies;
    if (all.size() > max) all.resize(max);
    return all;
  }
  std::size_t disconnect(const std::vector<std::string>& client_ids) override {
    std::size_t count = 0;
    for (const std::string& client_id : client_ids) {
      calls.push_back("disconnect " + client_id);
      const auto found = sessions.find(client_id);
      if (found == sessions.end() || !found->second.summary.is_connected) continue;
      found->second.summary.is_connected = false;
      ++count;
    }
    return count;
  }
  std::size_t remove_sessions(const std::vector<std::string>& client_ids) override {
    std::size_t count = 0;
    for (const std::string& client_id : client_ids) {
      calls.push_back("remove " + client_id);
      count += sessions.erase(client_id);
    }
    return count;
  }

  /// Knows: client_id, filter.
  broker::Excerpt<broker::ClientSubscription> list_subscriptions(
      const broker::SubscriptionQuery& query) override {
    subscription_query = query;
    std::vector<broker::ClientSubscription> found;
    for (const auto& [client_id, details] : sessions) {
      if (!contains(client_id, query.client_id)) continue;
      for (const broker::SubscriptionFacts& subscription : details.subscriptions) {
        if (!contains(subscription.filter, query.filter)) continue;
        found.push_back({client_id, subscription});
      }
    }
    return cut(std::move(found), query.slice);
  }
  std::vector<broker::ShareGroupFacts> list_share_groups() override { return share_groups; }
  std::optional<broker::SubscriptionChange> replace_subscriptions(
      const std::string& client_id, const std::vector<broker::SubscriptionFacts>& wanted) override {
    const auto found = sessions.find(client_id);
    if (found == sessions.end()) return std::nullopt;
    if (subscription_change == broker::SubscriptionChange::Done) {
      found->second.subscriptions = wanted;
    }
    return subscription_change;
  }

  /// Knows: topic, payload.
  broker::Excerpt<broker::MessageFacts> list_retained(const broker::RetainedQuery& query,
                                                      std::size_t payload_max) override {
    retained_query = query;
    std::vector<broker::MessageFacts> found;
    for (const auto& [topic, message] : retained) {
      if (!contains(topic, query.topic) || !contains(message.payload, query.payload)) continue;
      found.push_back(message);
      found.back().payload.resize(std::min(payload_max, message.payload.size()));
    }
    return cut(std::move(found), query.slice);
  }
  std::optional<broker::MessageFacts> find_retained(const std::string& topic) override {
    return find_in(retained, topic);
  }
  std::size_t remove_retained(const std::vector<std::string>& topics) override {
    std::size_t count = 0;
    for (const std::string& topic : topics) count += retained.erase(topic);
    return count;
  }
  std::vector<std::string> match_retained(const std::string& filter, std::size_t max) override {
    std::vector<std::string> found;
    for (const auto& [topic, message] : retained) {
      if (found.size() < max && mqtt::matches(filter, topic)) {
        found.push_back(topic);
      }
    }
    return found;
  }

  std::optional<broker::QueueFacts> find_queue(const std::string& client_id, std::size_t first,
                                               std::size_t payload_max) override {
    auto queue = find_in(queues, client_id);
    if (!queue) {
      return sessions.contains(client_id) ? std::optional(broker::QueueFacts{}) : std::nullopt;
    }
    queue->first.resize(std::min(first, queue->first.size()));
    for (broker::QueuedMessage& queued : queue->first) {
      queued.message.payload.resize(std::min(payload_max, queued.message.payload.size()));
    }
    return queue;
  }
  std::optional<std::uint64_t> purge_queue(const std::string& client_id) override {
    calls.push_back("purge " + client_id);
    if (!sessions.contains(client_id)) return std::nullopt;
    const std::uint64_t waiting = queues[client_id].messages - queues[client_id].in_flight;
    queues.erase(client_id);
    return waiting;
  }

  std::vector<broker::PublishOutcome> publish(
      const std::vector<broker::PublishRequest>& messages) override {
    calls.push_back("publish " + std::to_string(messages.size()));
    published.insert(published.end(), messages.begin(), messages.end());
    return std::vector<broker::PublishOutcome>(messages.size(), publish_outcome);
  }

  void watch(std::shared_ptr<const broker::Watch> given) override { watched = std::move(given); }
  broker::Observations collect() override { return std::exchange(observations, {}); }
  std::vector<broker::DroppedMessages> list_dropped(const std::string& client_id,
                                                    std::size_t max) override {
    std::vector<broker::DroppedMessages> found;
    for (const broker::DroppedMessages& entry : dropped) {
      if (client_id.empty() || entry.client_id == client_id) found.push_back(entry);
    }
    found.resize(std::min(max, found.size()));
    return found;
  }
  broker::Counters counters() override { return counted; }

  // What the broker has.
  broker::SessionTotals totals;
  std::map<std::string, broker::SessionDetails> sessions;
  std::map<std::string, broker::QueueFacts> queues;  // of those that have something in it
  std::vector<broker::ShareGroupFacts> share_groups;
  std::map<std::string, broker::MessageFacts> retained;
  std::vector<broker::DroppedMessages> dropped;
  std::vector<broker::ClientLatency> latencies;
  broker::Observations observations;  // what the next `collect` takes
  broker::Counters counted;
  // What it answers.
  broker::SubscriptionChange subscription_change = broker::SubscriptionChange::Done;
  broker::PublishOutcome publish_outcome = broker::PublishOutcome::Accepted;
  // What it was asked for.
  std::vector<std::string> calls;
  broker::SessionQuery session_query;
  broker::SubscriptionQuery subscription_query;
  broker::RetainedQuery retained_query;
  std::vector<broker::PublishRequest> published;
  std::shared_ptr<const broker::Watch> watched;

 private:
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  template <class Item>
  static broker::Excerpt<Item> cut(std::vector<Item> items, const broker::Slice& slice) {
    const auto at = [&items](std::size_t index) {
      return items.begin() + static_cast<std::ptrdiff_t>(std::min(index, items.size()));
    };
    return {{at(slice.offset), at(slice.end())}, items.size()};
  }
  template <class Value>
  static std::optional<Value> find_in(const std::map<std::string, Value>& values,
                                      const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }

  std::int64_t next_id_ = 1;
};

}  // namespace sluice::admin::testing
