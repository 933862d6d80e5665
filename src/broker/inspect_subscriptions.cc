// Subscriptions as an operator lists and replaces them.

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "broker/best_items.h"
#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/session.h"
#include "broker/session_facts.h"
#include "broker/text_search.h"
#include "mqtt/codec/utf8.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

namespace {

constexpr std::uint32_t kSubscriptionIdentifierMax = 268'435'455;  // v5 3.8.2.1.2

class SubscriptionListScan final : public SessionScan {
 public:
  SubscriptionListScan(Core& core, SubscriptionQuery query,
                       std::function<void(Excerpt<ClientSubscription>)> done)
      : SessionScan(core),
        query_(std::move(query)),
        client_id_(query_.client_id),
        filter_(query_.filter),
        done_(std::move(done)),
        best_(query_.slice.end(), core.counters.subscriptions,
              Before{query_.by_filter, query_.descending}) {}

 private:
  struct Before {
    bool by_filter;
    bool descending;
    bool operator()(const ClientSubscription& a, const ClientSubscription& b) const {
      return is_before(a, b, by_filter, descending);
    }
  };

  std::size_t visit(Session& session) override {
    if (!client_id_.is_in(session.client_id())) return 1;
    candidate_.client_id = session.client_id();
    for_each_subscription(session, [this](const SubscriptionFacts& facts) {
      if (!passes(facts)) return;
      candidate_.subscription = facts;
      if (best_.count(candidate_)) best_.add(candidate_);
    });
    return 1 + session.subscription_count();
  }

  bool passes(const SubscriptionFacts& facts) const {
    const auto qos_bit = 1U << static_cast<unsigned>(facts.maximum_qos);
    return (!query_.qos_mask || (*query_.qos_mask & qos_bit) != 0) &&
           (!query_.no_local || *query_.no_local == facts.no_local) &&
           (!query_.retain_as_published ||
            *query_.retain_as_published == facts.retain_as_published) &&
           (!query_.identifier || *query_.identifier == facts.identifier) &&
           (filter_.is_for_all() || filter_.is_in(facts.text()));
  }

  void finish() override { done_(best_.take()); }

  const SubscriptionQuery query_;
  const TextSearch client_id_;
  const TextSearch filter_;
  std::function<void(Excerpt<ClientSubscription>)> done_;
  BestItems<ClientSubscription, Before> best_;
  ClientSubscription candidate_;
};

class ShareGroupScan final : public SessionScan {
 public:
  ShareGroupScan(Core& core, std::function<void(std::vector<ShareGroupFacts>)> done)
      : SessionScan(core), done_(std::move(done)) {}

 private:
  std::size_t visit(Session& session) override {
    if (!session.has_shared()) return 1;
    for (const SharedSubscription& shared : session.shared()) {
      const auto [place, is_new] = index_.try_emplace(shared.parts().text(), groups_.size());
      if (is_new) groups_.push_back({shared.share_name, shared.filter, {}});
      groups_[place->second].members.push_back(
          {session.client_id(), type_of(core_, session), session.connection() != nullptr});
    }
    return 1 + session.shared().size();
  }

  void finish() override { done_(std::move(groups_)); }

  std::function<void(std::vector<ShareGroupFacts>)> done_;
  std::vector<ShareGroupFacts> groups_;
  boost::unordered_flat_map<std::string, std::size_t> index_;
};

/// What a Session is to be subscribed to: the texts that the requests point to, and these.
struct Wanted {
  explicit Wanted(std::span<const SubscriptionFacts> all) : facts(all) {
    texts.reserve(all.size());
    for (const SubscriptionFacts& one : all) texts.push_back(one.text());
  }
  mqtt::SubscriptionRequest request(std::size_t index) const {
    const SubscriptionFacts& one = facts[index];
    return {texts[index], one.maximum_qos, one.no_local, one.retain_as_published,
            static_cast<mqtt::RetainHandling>(one.retain_handling)};
  }

  std::span<const SubscriptionFacts> facts;
  std::vector<std::string> texts;
};

bool is_well_formed(const SubscriptionFacts& facts, const std::string& text,
                    const config::MqttSettings& mqtt) {
  const bool has_identifier = facts.identifier != 0;
  return mqtt::is_valid_string(text) && text.size() <= mqtt::kTopicBytesMax &&
         facts.retain_handling <= 2 && facts.identifier <= kSubscriptionIdentifierMax &&
         (!has_identifier || mqtt.subscription_identifiers) &&
         !(mqtt::is_shared(text) && facts.no_local);  // [MQTT5-3.8.3-4]
}

/// What a SUBSCRIBE with all of them would be refused for. Nothing is changed then.
std::optional<SubscriptionChange> objection_to(const Core& core, const Session& session,
                                               const Wanted& wanted) {
  boost::unordered_flat_set<std::string_view> different;
  for (std::size_t i = 0; i < wanted.texts.size(); ++i) {
    if (!is_well_formed(wanted.facts[i], wanted.texts[i], core.settings.mqtt)) {
      return SubscriptionChange::InvalidFilter;
    }
    const auto objection = core.subscriptions.objection_to(session, wanted.request(i));
    if (objection == mqtt::ReasonCode::NotAuthorized) return SubscriptionChange::NotAuthorized;
    if (objection) return SubscriptionChange::InvalidFilter;
    different.insert(wanted.texts[i]);
  }
  if (different.size() > core.settings.mqtt.subscriptions_max) return SubscriptionChange::TooMany;
  return std::nullopt;
}

using ByText = boost::unordered_flat_map<std::string, SubscriptionFacts>;

ByText subscriptions_of(Session& session) {
  ByText all;
  for_each_subscription(session,
                        [&](const SubscriptionFacts& facts) { all.emplace(facts.text(), facts); });
  return all;
}

bool has_same_options(const SubscriptionFacts& a, const SubscriptionFacts& b) {
  return a.maximum_qos == b.maximum_qos && a.no_local == b.no_local &&
         a.retain_as_published == b.retain_as_published && a.identifier == b.identifier;
}

/// Leaves alone what stays as it is. Retained messages go to new ones only.
void change_to(Core& core, Session& session, const Wanted& wanted) {
  const ByText before = subscriptions_of(session);
  const boost::unordered_flat_set<std::string_view> kept(wanted.texts.begin(), wanted.texts.end());
  std::uint64_t told = 0;
  for (const auto& [text, facts] : before) {
    if (!kept.contains(text)) core.subscriptions.unsubscribe(session, text, told);
  }
  for (std::size_t i = 0; i < wanted.texts.size(); ++i) {
    const auto known = before.find(wanted.texts[i]);
    const bool is_new = known == before.end();
    if (!is_new && has_same_options(known->second, wanted.facts[i])) continue;
    mqtt::SubscriptionRequest request = wanted.request(i);
    if (!is_new) request.retain_handling = mqtt::RetainHandling::DoNotSend;
    core.subscriptions.subscribe(session, request, wanted.facts[i].identifier);
  }
}

}  // namespace

void Inspector::list_subscriptions(SubscriptionQuery query,
                                   std::function<void(Excerpt<ClientSubscription>)> done) {
  core_.scans.begin(
      std::make_unique<SubscriptionListScan>(core_, std::move(query), std::move(done)));
}

void Inspector::list_share_groups(std::function<void(std::vector<ShareGroupFacts>)> done) {
  core_.scans.begin(std::make_unique<ShareGroupScan>(core_, std::move(done)));
}

void Inspector::replace_subscriptions(ByteView client_id, std::span<const SubscriptionFacts> wanted,
                                      std::function<void(std::optional<SubscriptionChange>)> done) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return done(std::nullopt);
  const Wanted all(wanted);
  if (const auto objection = objection_to(core_, *session, all)) return done(objection);
  change_to(core_, *session, all);
  // As with a SUBACK: all shards know the routes, and the owners their groups.
  const auto joins = core_.subscriptions.waiting_joins();
  const std::uint32_t token = core_.barriers.hold_action(
      static_cast<unsigned>(core_.shards - 1 + joins),
      [this, done = std::move(done)] { when_durable([done] { done(SubscriptionChange::Done); }); });
  core_.subscriptions.post_joins(token);
  core_.post_to_others([&] { return SyncLetter{token}; });
}

}  // namespace sluice::broker
