#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/counters.h"
#include "broker/inspection.h"
#include "broker/observation.h"

namespace sluice::admin {

/// What the administration asks the running broker, and what an operator does to its Clients.
///
/// Called on the admin thread. Each call waits until all shards have answered; lists are read in
/// slices between which the shards serve their Clients.
class BrokerView {
 public:
  virtual ~BrokerView() = default;

  // Sessions.
  virtual broker::Excerpt<broker::SessionSummary> list_sessions(
      const broker::SessionQuery& query) = 0;
  virtual broker::SessionCounts count_sessions() = 0;
  virtual broker::SessionTotals total_sessions() = 0;
  virtual std::optional<broker::SessionDetails> find_session(const std::string& client_id) = 0;
  /// Those of whom deliveries were timed within the last minute, the slowest first, at most `max`:
  /// a sample, of each shard at most a few hundred.
  virtual std::vector<broker::ClientLatency> list_latencies(std::size_t max) = 0;
  /// Ends the Network Connections of these Clients (v5: 0x98); their Sessions stay.
  /// returns  how many had one
  virtual std::size_t disconnect(const std::vector<std::string>& client_ids) = 0;
  /// Ends the Sessions of these Clients with their connections, subscriptions and queues. When it
  /// returns that is durable.
  /// returns  how many there were
  virtual std::size_t remove_sessions(const std::vector<std::string>& client_ids) = 0;

  // Subscriptions.
  virtual broker::Excerpt<broker::ClientSubscription> list_subscriptions(
      const broker::SubscriptionQuery& query) = 0;
  /// All shared groups; their number is that of the groups, not of their members.
  virtual std::vector<broker::ShareGroupFacts> list_share_groups() = 0;
  /// Makes `wanted` the whole set of a Session's subscriptions, by difference; durable on return.
  /// Retained messages go to the new ones as their Retain Handling says.
  /// nullopt: no such Session
  virtual std::optional<broker::SubscriptionChange> replace_subscriptions(
      const std::string& client_id, const std::vector<broker::SubscriptionFacts>& wanted) = 0;

  // Retained messages. Payloads are cut to `payload_max` bytes.
  virtual broker::Excerpt<broker::MessageFacts> list_retained(const broker::RetainedQuery& query,
                                                              std::size_t payload_max) = 0;
  virtual std::optional<broker::MessageFacts> find_retained(const std::string& topic) = 0;
  /// Removes the retained messages of these topics; durable on return. returns  how many there were
  virtual std::size_t remove_retained(const std::vector<std::string>& topics) = 0;
  /// Topics of retained messages that a Topic Filter matches, at most `max` of them.
  virtual std::vector<std::string> match_retained(const std::string& filter, std::size_t max) = 0;

  // Queues.
  /// first  how many messages to show
  virtual std::optional<broker::QueueFacts> find_queue(const std::string& client_id,
                                                       std::size_t first,
                                                       std::size_t payload_max) = 0;
  /// Drops what waits for a Client at the call, no later message, and is not in flight; durable on
  /// return. nullopt: no Session
  virtual std::optional<std::uint64_t> purge_queue(const std::string& client_id) = 0;

  /// Publishes messages, those of one topic in this order. All that are to be durable wait for the
  /// disk together. A shard takes its part in one turn: the caller bounds their number.
  /// returns  an outcome for each
  virtual std::vector<broker::PublishOutcome> publish(
      const std::vector<broker::PublishRequest>& messages) = 0;

  // Watching.
  virtual void watch(std::shared_ptr<const broker::Watch> watch) = 0;
  /// What all shards gathered since the last call, each kind in the order of time.
  virtual broker::Observations collect() = 0;
  /// Those for whom most was dropped first, at most `max`. Empty client_id: all of them.
  virtual std::vector<broker::DroppedMessages> list_dropped(const std::string& client_id,
                                                            std::size_t max) = 0;
  /// The sum of all shards.
  virtual broker::Counters counters() = 0;
};

}  // namespace sluice::admin
