#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "broker/inspection.h"
#include "broker/queue_peek.h"

namespace sluice::broker {

struct Core;
class Session;

/// Shows an operator what one shard holds, and changes it for him; see `Broker` for the functions.
///
/// Lists are read, and queues emptied, in slices: see scan.h.
class Inspector {
 public:
  explicit Inspector(Core& core) : core_(core) {}

  // inspect_sessions.cc
  void list_sessions(SessionQuery query, std::function<void(Excerpt<SessionSummary>)> done);
  void complete(std::span<SessionSummary> sessions);
  SessionCounts count_sessions() const;
  std::optional<SessionDetails> find_session(ByteView client_id);
  std::vector<ClientLatency> list_latencies() const;
  void remove_sessions(std::span<const std::string> client_ids,
                       std::function<void(std::size_t)> done);

  // inspect_totals.cc
  void total_sessions(std::function<void(SessionTotals)> done);

  // inspect_subscriptions.cc
  void list_subscriptions(SubscriptionQuery query,
                          std::function<void(Excerpt<ClientSubscription>)> done);
  void list_share_groups(std::function<void(std::vector<ShareGroupFacts>)> done);
  void replace_subscriptions(ByteView client_id, std::span<const SubscriptionFacts> wanted,
                             std::function<void(std::optional<SubscriptionChange>)> done);

  // inspect_retained.cc
  void list_retained(RetainedQuery query, std::function<void(Excerpt<MessageFacts>)> done);
  void complete(std::span<MessageFacts> retained, std::size_t payload_max);
  std::optional<MessageFacts> find_retained(ByteView topic);
  std::vector<std::string> match_retained(ByteView filter, std::size_t max);
  void remove_retained(std::span<const std::string> topics, std::function<void(std::size_t)> done);

  // inspect_queue.cc
  void find_queue(ByteView client_id, const QueuePeek::Wish& wish,
                  std::function<void(std::optional<QueueFacts>)> done);
  void on_page(storage::PageId id, const std::optional<std::string>& bytes);
  void purge_queue(ByteView client_id, std::function<void(std::optional<std::uint64_t>)> done);

  // operator_publish.cc
  void publish(const PublishRequest& request, std::function<void(PublishOutcome)> done);

 private:
  /// Calls `answer` when what was recorded so far outlives a crash.
  void when_durable(std::function<void()> answer);

  /// Reads the next page that has something to show, or is done.
  void go_on(QueuePeek peek);

  Core& core_;
  std::vector<QueuePeek> peeks_;  // each waits for a page
};

}  // namespace sluice::broker
