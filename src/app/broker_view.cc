#include "app/broker_view.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/log.h"
#include "broker/home.h"

namespace sluice::app {

using broker::Broker;
using Done = std::function<void()>;

namespace {

/// The answer of the one shard that has what was asked for.
template <class Answer>
std::optional<Answer> first_of(std::vector<std::optional<Answer>> answers) {
  for (std::optional<Answer>& answer : answers) {
    if (answer) return std::move(answer);
  }
  return std::nullopt;
}

std::size_t sum(const std::vector<std::size_t>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::size_t{0});
}

template <class Item>
void append(std::vector<Item>& all, std::vector<Item> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

/// A shard that is too late for the answer still has where to write it, and nobody reads there.
template <class Answer>
std::vector<Answer> BrokerView::ask_all(Question<Answer> question) {
  const auto answers = std::make_shared<std::vector<Answer>>(port_.shards());
  const auto ran = port_.run_on_all(
      [answers, question = std::move(question)](Broker& core, unsigned shard, Done done) {
        question(core, [answers, shard, done = std::move(done)](Answer answer) {
          (*answers)[shard] = std::move(answer);
          done();
        });
      });
  if (ran) return std::move(*answers);
  log::error(ran.error().what);
  return {};
}

template <class Ask>
auto BrokerView::ask_all_at_once(Ask ask) {
  using Answer = std::invoke_result_t<Ask&, Broker&>;
  return ask_all<Answer>([ask = std::move(ask)](Broker& core, std::function<void(Answer)> answer) {
    answer(ask(core));
  });
}

/// Lists have what order and filter needed; those on the page are looked at whole, each at home.
template <class Item, class Complete>
void BrokerView::complete(std::vector<Item>& page, std::string Item::*name, Complete complete) {
  auto completed = ask_all_at_once([page, complete](Broker& core) {
    std::vector<Item> items = page;
    complete(core, items);
    return items;
  });
  for (std::size_t i = 0; i < page.size() && !completed.empty(); ++i) {
    page[i] = std::move(completed[broker::home_shard(page[i].*name, port_.shards())][i]);
  }
}

broker::Excerpt<broker::SessionSummary> BrokerView::list_sessions(
    const broker::SessionQuery& query) {
  using List = broker::Excerpt<broker::SessionSummary>;
  const auto less = [&query](const auto& a, const auto& b) {
    return is_before(a, b, query.order, query.descending);
  };
  List page =
      broker::merge_excerpts(ask_all<List>([query](Broker& core, std::function<void(List)> answer) {
                               core.list_sessions(query, std::move(answer), monotonic_now());
                             }),
                             query.slice, less);
  complete(
      page.items, &broker::SessionSummary::client_id,
      [](Broker& core, std::vector<broker::SessionSummary>& sessions) { core.complete(sessions); });
  return page;
}

broker::SessionCounts BrokerView::count_sessions() {
  broker::SessionCounts all;
  for (const auto& part : ask_all_at_once([](Broker& core) { return core.count_sessions(); })) {
    all.connected += part.connected;
    all.disconnected += part.disconnected;
  }
  return all;
}

broker::SessionTotals BrokerView::total_sessions() {
  using broker::SessionTotals;
  SessionTotals all;
  for (const auto& part :
       ask_all<SessionTotals>([](Broker& core, std::function<void(SessionTotals)> answer) {
         core.total_sessions(std::move(answer), monotonic_now());
       })) {
    all.add(part);
  }
  return all;
}

std::optional<broker::SessionDetails> BrokerView::find_session(const std::string& client_id) {
  return first_of(
      ask_all_at_once([client_id](Broker& core) { return core.find_session(client_id); }));
}

std::vector<broker::ClientLatency> BrokerView::list_latencies(std::size_t max) {
  std::vector<broker::ClientLatency> all;
  for (auto& part :
       ask_all_at_once([](Broker& core) { return core.list_latencies(monotonic_now()); })) {
    append(all, std::move(part));
  }
  std::ranges::sort(all, broker::is_slower);
  if (all.size() > max) all.resize(max);
  return all;
}

std::size_t BrokerView::disconnect(const std::vector<std::string>& client_ids) {
  return sum(ask_all_at_once([client_ids](Broker& core) {
    std::size_t ended = 0;
    for (const std::string& client_id : client_ids) {
      ended += core.disconnect(client_id, monotonic_now());
    }
    return ended;
  }));
}

std::size_t BrokerView::remove_sessions(const std::vector<std::string>& client_ids) {
  using Answer = std::function<void(std::size_t)>;
  return sum(ask_all<std::size_t>([client_ids](Broker& core, Answer answer) {
    core.remove_sessions(client_ids, std::move(answer), monotonic_now());
  }));
}

broker::Excerpt<broker::ClientSubscription> BrokerView::list_subscriptions(
    const broker::SubscriptionQuery& query) {
  using List = broker::Excerpt<broker::ClientSubscription>;
  const auto less = [&query](const auto& a, const auto& b) {
    return is_before(a, b, query.by_filter, query.descending);
  };
  return broker::merge_excerpts(
      ask_all<List>([query](Broker& core, std::function<void(List)> answer) {
        core.list_subscriptions(query, std::move(answer), monotonic_now());
      }),
      query.slice, less);
}

/// Each shard knows those members of a group that are at home there.
std::vector<broker::ShareGroupFacts> BrokerView::list_share_groups() {
  using Groups = std::vector<broker::ShareGroupFacts>;
  std::map<std::pair<std::string, std::string>, broker::ShareGroupFacts> by_name;
  for (Groups& part : ask_all<Groups>([](Broker&core, std::function<void(Groups)> answer) {
         core.list_share_groups(std::move(answer), monotonic_now());
       })) {
    for (broker::ShareGroupFacts& group : part) {
      broker::ShareGroupFacts& whole = by_name[{group.share_name, group.filter}];
      whole.share_name = std::move(group.share_name);
      whole.filter = std::move(group.filter);
      append(whole.members, std::move(group.members));
    }
  }
  Groups groups;
  for (auto& [name, group] : by_name) {
    std::ranges::sort(group.members, {}, &broker::GroupMember::client_id);
    groups.push_back(std::move(group));
  }
  return groups;
}

std::optional<broker::SubscriptionChange> BrokerView::replace_subscriptions(
    const std::string& client_id, const std::vector<broker::SubscriptionFacts>& wanted) {
  using Change = std::optional<broker::SubscriptionChange>;
  return first_of(
      ask_all<Change>([client_id, wanted](Broker& core, std::function<void(Change)> answer) {
        core.replace_subscriptions(client_id, wanted, std::move(answer), monotonic_now());
      }));
}

broker::Excerpt<broker::MessageFacts> BrokerView::list_retained(const broker::RetainedQuery& query,
                                                                std::size_t payload_max) {
  using List = broker::Excerpt<broker::MessageFacts>;
  const auto less = [&query](const auto& a, const auto& b) {
    return is_before(a, b, query.order, query.descending);
  };
  List page =
      broker::merge_excerpts(ask_all<List>([query](Broker& core, std::function<void(List)> answer) {
                               core.list_retained(query, std::move(answer), monotonic_now());
                             }),
                             query.slice, less);
  complete(page.items, &broker::MessageFacts::topic,
           [payload_max](Broker& core, std::vector<broker::MessageFacts>& messages) {
             core.complete(messages, payload_max);
           });
  return page;
}

std::optional<broker::MessageFacts> BrokerView::find_retained(const std::string& topic) {
  return first_of(ask_all_at_once([topic](Broker& core) { return core.find_retained(topic); }));
}

std::size_t BrokerView::remove_retained(const std::vector<std::string>& topics) {
  using Answer = std::function<void(std::size_t)>;
  return sum(ask_all<std::size_t>([topics](Broker& core, Answer answer) {
    core.remove_retained(topics, std::move(answer), monotonic_now());
  }));
}

std::vector<std::string> BrokerView::match_retained(const std::string& filter, std::size_t max) {
  std::vector<std::string> all;
  for (auto& part :
       ask_all_at_once([filter, max](Broker& core) { return core.match_retained(filter, max); })) {
    append(all, std::move(part));
  }
  std::ranges::sort(all);
  if (all.size() > max) all.resize(max);
  return all;
}

std::optional<broker::QueueFacts> BrokerView::find_queue(const std::string& client_id,
                                                         std::size_t first,
                                                         std::size_t payload_max) {
  using Answer = std::optional<broker::QueueFacts>;
  return first_of(ask_all<Answer>([=](Broker& core, std::function<void(Answer)> answer) {
    core.find_queue(client_id, first, payload_max, std::move(answer), monotonic_now());
  }));
}

std::optional<std::uint64_t> BrokerView::purge_queue(const std::string& client_id) {
  using Count = std::optional<std::uint64_t>;
  return first_of(ask_all<Count>([client_id](Broker& core, std::function<void(Count)> answer) {
    core.purge_queue(client_id, std::move(answer), monotonic_now());
  }));
}

/// Each by the shard of its topic, so that messages of one topic stay in order.
std::vector<broker::PublishOutcome> BrokerView::publish(
    const std::vector<broker::PublishRequest>& messages) {
  using broker::PublishOutcome;
  using Outcomes = std::vector<PublishOutcome>;
  const auto given = std::make_shared<const std::vector<broker::PublishRequest>>(messages);
  const auto outcomes = std::make_shared<Outcomes>(messages.size(), PublishOutcome::StoreFailed);
  const unsigned shards = port_.shards();
  const auto ran = port_.run_on_all([=](Broker& core, unsigned shard, Done done) {
    const auto awaited = std::make_shared<std::size_t>(1);  // this loop counts as one
    const auto one_less = [awaited, done = std::move(done)] {
      if (--*awaited == 0) done();
    };
    for (std::size_t i = 0; i < given->size(); ++i) {
      const broker::PublishRequest& message = (*given)[i];
      if (broker::home_shard(message.topic, shards) != shard) continue;
      ++*awaited;
      const auto tell = [outcomes, i, one_less](PublishOutcome became) {
        (*outcomes)[i] = became;
        one_less();
      };
      core.publish(message, tell, monotonic_now());
    }
    one_less();
  });
  if (ran) return *outcomes;
  log::error(ran.error().what);
  return Outcomes(messages.size(), PublishOutcome::StoreFailed);
}

void BrokerView::watch(std::shared_ptr<const broker::Watch> watch) {
  ask_all_at_once([watch](Broker& core) {
    core.on_watch(watch, monotonic_now());
    return true;
  });
}

broker::Observations BrokerView::collect() {
  broker::Observations all;
  for (broker::Observations& part : ask_all_at_once([](Broker& core) { return core.collect(); })) {
    append(all.events, std::move(part.events));
    append(all.trace, std::move(part.trace));
    append(all.topics, std::move(part.topics));
    all.events_lost += part.events_lost;
    all.trace_lost += part.trace_lost;
  }
  std::ranges::stable_sort(all.events, {}, &broker::Event::at);
  std::ranges::stable_sort(all.trace, {}, &broker::TraceRecord::at);
  std::ranges::stable_sort(all.topics, {}, &broker::TopicSample::at);
  return all;
}

std::vector<broker::DroppedMessages> BrokerView::list_dropped(const std::string& client_id,
                                                              std::size_t max) {
  std::vector<broker::DroppedMessages> all;
  for (auto& part : ask_all_at_once(
           [client_id, max](Broker& core) { return core.list_dropped(client_id, max); })) {
    append(all, std::move(part));
  }
  std::ranges::sort(all, std::greater{}, &broker::DroppedMessages::count);
  if (all.size() > max) all.resize(max);
  return all;
}

broker::Counters BrokerView::counters() {
  broker::Counters all;
  for (const auto& part : ask_all_at_once([](Broker& core) { return core.counters(); })) {
    broker::add_counters(all, part);
  }
  return all;
}

}  // namespace sluice::app
