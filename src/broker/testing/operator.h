#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/testing/world.h"

// For tests: an operator who asks all shards of a World and puts together what they say.

namespace sluice::broker::testing {

class Operator {
  template <class Visit>
  void for_each_core(Visit&& visit) {
    for (unsigned shard = 0; shard < world_.shards(); ++shard) {
      visit(world_.broker(static_cast<ShardId>(shard)));
      world_.touched(static_cast<ShardId>(shard));
    }
  }
  template <class Answer, class Ask>
  std::vector<std::optional<Answer>> try_ask_all(Ask&& ask) {
    using Answers = std::vector<std::optional<Answer>>;
    const auto answers = std::make_shared<Answers>(world_.shards());
    std::size_t shard = 0;
    for_each_core([&](Broker& core) {
      ask(core, [answers, shard](Answer answer) { (*answers)[shard] = std::move(answer); });
      ++shard;
    });
    world_.settle_all();
    return *answers;
  }
  template <class Answer, class Ask>
  std::vector<Answer> ask_all(Ask&& ask) {
    std::vector<Answer> all;
    for (auto& answer : try_ask_all<Answer>(ask)) all.push_back(std::move(answer.value()));
    return all;
  }
  template <class Ask>
  auto first(Ask&& ask) {
    decltype(ask(world_.broker(0))) found;
    for_each_core([&](Broker& core) {
      if (auto answer = ask(core)) found = std::move(answer);
    });
    return found;
  }
  static std::optional<std::size_t> sum(const std::vector<std::optional<std::size_t>>& parts) {
    std::size_t all = 0;
    for (const auto& part : parts) {
      if (!part) return std::nullopt;
      all += *part;
    }
    return all;
  }
  template <class Item>
  static std::vector<std::string> texts(const std::vector<Item>& items, std::string Item::*text) {
    std::vector<std::string> all;
    for (const Item& item : items) all.push_back(item.*text);
    return all;
  }

 public:
  explicit Operator(World& world) : world_(world) {}

  Excerpt<SessionSummary> list_sessions(const SessionQuery& query = {}) {
    auto page = merge_excerpts<SessionSummary>(
        ask_all<Excerpt<SessionSummary>>(
            [&](Broker& core, auto answer) { core.list_sessions(query, answer, world_.now()); }),
        query.slice, [&](const auto& a, const auto& b) {
          return is_before(a, b, query.order, query.descending);
        });
    for_each_core([&](Broker& core) { core.complete(page.items); });
    return page;
  }
  std::vector<std::string> client_ids(const SessionQuery& query = {}) {
    return texts(list_sessions(query).items, &SessionSummary::client_id);
  }
  SessionCounts count() {
    SessionCounts all;
    for_each_core([&](Broker& core) {
      all.connected += core.count_sessions().connected;
      all.disconnected += core.count_sessions().disconnected;
    });
    return all;
  }
  SessionTotals totals() {
    SessionTotals all;
    for (const SessionTotals& part : ask_all<SessionTotals>(
             [&](Broker& core, auto answer) { core.total_sessions(answer, world_.now()); })) {
      all.add(part);
    }
    return all;
  }
  std::optional<SessionDetails> find(const std::string& client_id) {
    return first([&](Broker& core) { return core.find_session(client_id); });
  }
  /// nullopt: not all shards have answered.
  std::optional<std::size_t> remove(const std::vector<std::string>& client_ids) {
    return sum(try_ask_all<std::size_t>([&](Broker& core, auto answer) {
      core.remove_sessions(client_ids, answer, world_.now());
    }));
  }

  Excerpt<ClientSubscription> list_subscriptions(const SubscriptionQuery& query) {
    return merge_excerpts<ClientSubscription>(
        ask_all<Excerpt<ClientSubscription>>([&](Broker& core, auto answer) {
          core.list_subscriptions(query, answer, world_.now());
        }),
        query.slice, [&](const auto& a, const auto& b) {
          return is_before(a, b, query.by_filter, query.descending);
        });
  }
  /// "client filter" of each.
  std::vector<std::string> subscriptions(const SubscriptionQuery& query = {}) {
    std::vector<std::string> all;
    for (const auto& [client_id, facts] : list_subscriptions(query).items) {
      all.push_back(client_id + " " + facts.text());
    }
    return all;
  }
  std::vector<ShareGroupFacts> share_groups() {
    std::vector<ShareGroupFacts> all;
    for (auto& part : ask_all<std::vector<ShareGroupFacts>>(
             [&](Broker&core, auto answer) { core.list_share_groups(answer, world_.now()); })) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }
  std::optional<SubscriptionChange> replace(const std::string& client_id,
                                            const std::vector<SubscriptionFacts>& wanted) {
    using Answer = std::optional<SubscriptionChange>;
    std::optional<SubscriptionChange> change;
    for (const auto& part : try_ask_all<Answer>([&](Broker&core, auto answer) {
           core.replace_subscriptions(client_id, wanted, answer, world_.now());
         })) {
      if (part && *part) change = *part;
    }
    return change;
  }

  Excerpt<MessageFacts> list_retained(const RetainedQuery& query, std::size_t payload_max = 100) {
    auto page =
        merge_excerpts<MessageFacts>(ask_all<Excerpt<MessageFacts>>([&](Broker& core, auto answer) {
                                       core.list_retained(query, answer, world_.now());
                                     }),
                                     query.slice, [&](const auto& a, const auto& b) {
                                       return is_before(a, b, query.order, query.descending);
                                     });
    for_each_core([&](Broker& core) { core.complete(page.items, payload_max); });
    return page;
  }
  std::vector<std::string> retained(const RetainedQuery& query = {}) {
    return texts(list_retained(query).items, &MessageFacts::topic);
  }
  std::optional<MessageFacts> find_retained(const std::string& topic) {
    return first([&](Broker& core) { return core.find_retained(topic); });
  }
  std::vector<std::string> match_retained(const std::string& filter, std::size_t max) {
    std::vector<std::string> all;
    for_each_core([&](Broker& core) {
      for (std::string& topic : core.match_retained(filter, max)) all.push_back(std::move(topic));
    });
    std::ranges::sort(all);
    return all;
  }
  std::optional<std::size_t> remove_retained(const std::vector<std::string>& topics) {
    return sum(try_ask_all<std::size_t>(
        [&](Broker& core, auto answer) { core.remove_retained(topics, answer, world_.now()); }));
  }

  std::optional<QueueFacts> queue(const std::string& client_id, std::size_t show = 100) {
    using Answer = std::optional<QueueFacts>;
    Answer found;
    for (Answer& part : ask_all<Answer>([&](Broker&core, auto answer) {
           core.find_queue(client_id, show, 100, answer, world_.now());
         })) {
      if (part) found = std::move(part);
    }
    return found;
  }
  std::optional<std::uint64_t> purge(const std::string& client_id) {
    using Answer = std::optional<std::uint64_t>;
    std::optional<std::uint64_t> purged;
    for (const auto& part : try_ask_all<Answer>([&](Broker&core, auto answer) {
           core.purge_queue(client_id, answer, world_.now());
         })) {
      if (part && *part) purged = *part;
    }
    return purged;
  }

  /// nullopt: it is not durable yet.
  std::optional<PublishOutcome> publish(const PublishRequest& request, ShardId by = 0) {
    const auto outcome = std::make_shared<std::optional<PublishOutcome>>();
    world_.broker(by).publish(
        request, [outcome](PublishOutcome became) { *outcome = became; }, world_.now());
    world_.touched(by);
    world_.settle();
    return *outcome;
  }

 private:
  World& world_;
};

}  // namespace sluice::broker::testing
