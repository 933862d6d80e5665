#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/broker_view.h"
#include "net/administration_port.h"

namespace sluice::app {

/// Puts together what all shards say about their parts of the broker.
///
/// Lives on   the admin thread. A broker that does not answer within 30 s is logged, and said to
///            have nothing.
class BrokerView final : public admin::BrokerView {
 public:
  /// port  borrowed; the one that others of the admin thread use too, as it knows what is late
  explicit BrokerView(net::AdministrationPort& port) : port_(port) {}

  broker::Excerpt<broker::SessionSummary> list_sessions(const broker::SessionQuery& query) override;
  broker::SessionCounts count_sessions() override;
  broker::SessionTotals total_sessions() override;
  std::optional<broker::SessionDetails> find_session(const std::string& client_id) override;
  std::vector<broker::ClientLatency> list_latencies(std::size_t max) override;
  std::size_t disconnect(const std::vector<std::string>& client_ids) override;
  std::size_t remove_sessions(const std::vector<std::string>& client_ids) override;

  broker::Excerpt<broker::ClientSubscription> list_subscriptions(
      const broker::SubscriptionQuery& query) override;
  std::vector<broker::ShareGroupFacts> list_share_groups() override;
  std::optional<broker::SubscriptionChange> replace_subscriptions(
      const std::string& client_id, const std::vector<broker::SubscriptionFacts>& wanted) override;

  broker::Excerpt<broker::MessageFacts> list_retained(const broker::RetainedQuery& query,
                                                      std::size_t payload_max) override;
  std::optional<broker::MessageFacts> find_retained(const std::string& topic) override;
  std::size_t remove_retained(const std::vector<std::string>& topics) override;
  std::vector<std::string> match_retained(const std::string& filter, std::size_t max) override;

  std::optional<broker::QueueFacts> find_queue(const std::string& client_id, std::size_t first,
                                               std::size_t payload_max) override;
  std::optional<std::uint64_t> purge_queue(const std::string& client_id) override;
  std::vector<broker::PublishOutcome> publish(
      const std::vector<broker::PublishRequest>& messages) override;

  void watch(std::shared_ptr<const broker::Watch> watch) override;
  broker::Observations collect() override;
  std::vector<broker::DroppedMessages> list_dropped(const std::string& client_id,
                                                    std::size_t max) override;
  broker::Counters counters() override;

 private:
  /// What one shard answers, at once or in a later turn.
  template <class Answer>
  using Question = std::function<void(broker::Broker&, std::function<void(Answer)>)>;
  /// Asks all shards; returns an answer of each, in their order, or none at all.
  template <class Answer>
  std::vector<Answer> ask_all(Question<Answer> question);
  /// The same of a question that is answered at once.
  template <class Ask>
  auto ask_all_at_once(Ask ask);

  template <class Item, class Complete>
  void complete(std::vector<Item>& page, std::string Item::*name, Complete complete);

  net::AdministrationPort& port_;
};

}  // namespace sluice::app
