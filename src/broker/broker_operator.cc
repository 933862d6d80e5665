// What an operator asks of a Broker: the way to its Inspector.

#include "broker/broker.h"
#include "broker/core.h"

namespace sluice::broker {

void Broker::list_sessions(SessionQuery query, std::function<void(Excerpt<SessionSummary>)> done,
                           Instant now) {
  core_->now = now;
  core_->inspector.list_sessions(std::move(query), std::move(done));
}

void Broker::complete(std::span<SessionSummary> sessions) {
  core_->inspector.complete(sessions);
}

SessionCounts Broker::count_sessions() const {
  return core_->inspector.count_sessions();
}

void Broker::total_sessions(std::function<void(SessionTotals)> done, Instant now) {
  core_->now = now;
  core_->inspector.total_sessions(std::move(done));
}

std::optional<SessionDetails> Broker::find_session(ByteView client_id) {
  return core_->inspector.find_session(client_id);
}

std::vector<ClientLatency> Broker::list_latencies(Instant now) {
  core_->now = now;
  return core_->inspector.list_latencies();
}

void Broker::remove_sessions(std::span<const std::string> client_ids,
                             std::function<void(std::size_t)> done, Instant now) {
  core_->now = now;
  core_->inspector.remove_sessions(client_ids, std::move(done));
}

void Broker::list_subscriptions(SubscriptionQuery query,
                                std::function<void(Excerpt<ClientSubscription>)> done,
                                Instant now) {
  core_->now = now;
  core_->inspector.list_subscriptions(std::move(query), std::move(done));
}

void Broker::list_share_groups(std::function<void(std::vector<ShareGroupFacts>)> done,
                               Instant now) {
  core_->now = now;
  core_->inspector.list_share_groups(std::move(done));
}

void Broker::replace_subscriptions(ByteView client_id, std::span<const SubscriptionFacts> wanted,
                                   std::function<void(std::optional<SubscriptionChange>)> done,
                                   Instant now) {
  core_->now = now;
  core_->inspector.replace_subscriptions(client_id, wanted, std::move(done));
}

void Broker::list_retained(RetainedQuery query, std::function<void(Excerpt<MessageFacts>)> done,
                           Instant now) {
  core_->now = now;
  core_->inspector.list_retained(std::move(query), std::move(done));
}

void Broker::complete(std::span<MessageFacts> retained, std::size_t payload_max) {
  core_->inspector.complete(retained, payload_max);
}

std::optional<MessageFacts> Broker::find_retained(ByteView topic) {
  return core_->inspector.find_retained(topic);
}

std::vector<std::string> Broker::match_retained(ByteView filter, std::size_t max) {
  return core_->inspector.match_retained(filter, max);
}

void Broker::remove_retained(std::span<const std::string> topics,
                             std::function<void(std::size_t)> done, Instant now) {
  core_->now = now;
  core_->inspector.remove_retained(topics, std::move(done));
}

void Broker::find_queue(ByteView client_id, std::size_t first, std::size_t payload_max,
                        std::function<void(std::optional<QueueFacts>)> done, Instant now) {
  core_->now = now;
  core_->inspector.find_queue(client_id, {first, payload_max}, std::move(done));
}

void Broker::purge_queue(ByteView client_id, std::function<void(std::optional<std::uint64_t>)> done,
                         Instant now) {
  core_->now = now;
  core_->inspector.purge_queue(client_id, std::move(done));
}

void Broker::publish(const PublishRequest& request, std::function<void(PublishOutcome)> done,
                     Instant now) {
  core_->now = now;
  core_->inspector.publish(request, std::move(done));
}

}  // namespace sluice::broker
