#include "broker/dispatcher.h"

#include <algorithm>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/route.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {
namespace {

constexpr std::uint32_t kPrefetchAhead = 4;
const HomeScope kEverywhere;

Delivery make_delivery(const MessagePtr& message, const Subscriber& subscriber) {
  Delivery delivery;
  delivery.message = message;
  delivery.set_subscription_id(subscriber.identifier());
  delivery.qos = std::min(message->qos(), subscriber.maximum_qos());  // [MQTT5-3.8.4-8]
  delivery.retain = subscriber.retain_as_published() && message->retain();
  return delivery;
}

/// Overlapping subscriptions of one Session: one delivery with the highest QoS and every
/// Subscription Identifier [MQTT5-3.3.4-2] [MQTT5-3.3.4-4].
void merge(Delivery& into, const Delivery& other) {
  into.qos = std::max(into.qos, other.qos);
  into.retain = into.retain || other.retain;
  if (other.subscription_id == 0) return;
  if (into.subscription_id == 0) {
    into.subscription_id = other.subscription_id;
    return;
  }
  if (!into.more_subscription_ids) {
    into.more_subscription_ids = std::make_unique<std::vector<std::uint32_t>>();
  }
  into.more_subscription_ids->push_back(other.subscription_id);
}

/// No Local is about the Client Identifier of the publisher [MQTT5-3.8.3-3].
inline bool is_no_local(const Subscriber& subscriber, const Message& message) {
  return subscriber.no_local() && subscriber.session().publisher_id() == message.publisher();
}

}  // namespace

inline bool Dispatcher::is_held_back(const Subscriber& subscriber, const Message& message) const {
  if (is_no_local(subscriber, message)) return true;
  return !scope_->is_everywhere() &&
         !scope_->includes(hash_bytes(subscriber.session().client_id()));
}

bool Dispatcher::publish(const MessageParts& parts, const Session* publisher, Handover handover,
                         std::uint16_t packet_id) {
  Observer& observer = core_.observer;
  if (!observer.watches_messages()) return accept(Message::make(parts), handover);
  const MessagePtr message = observer.take_in(parts, publisher, packet_id);
  const bool matched = accept(message, handover);
  if (!matched && observer.is_tracing()) observer.tracer().on_unmatched(*message, publisher);
  return matched;
}

bool Dispatcher::accept(const MessagePtr& message, Handover handover) {
  const bool retained_elsewhere =
      message->retain() && core_.home_of(message->topic()) != core_.self;
  if (message->retain() && !retained_elsewhere) core_.retained.store(message);

  Others others;
  const bool matched = deliver(message, kEverywhere, handover, others);
  if (others.wanting != 0 || retained_elsewhere) {
    send_to_others(message, others, retained_elsewhere, handover, kEverywhere);
  }
  return matched || others.wanting != 0;
}

void Dispatcher::send_to_others(const MessagePtr& message, const Others& others,
                                bool retained_elsewhere, Handover handover,
                                const HomeScope& scope) {
  const ShardId keeper = core_.home_of(message->topic());
  for (unsigned index = 0; index < core_.shards; ++index) {
    const auto shard = static_cast<ShardId>(index);
    if (shard == core_.self) continue;
    Errand errand;
    errand.deliver = (others.wanting >> shard & 1) != 0 && scope.reaches({shard, core_.shards});
    errand.stores = errand.deliver && (others.storing >> shard & 1) != 0;
    errand.keep = retained_elsewhere && shard == keeper;
    if (!errand.deliver && !errand.keep) continue;
    if (handover == Handover::Direct) {
      send_directly(shard, message, errand);
    } else {
      send_once(shard, message, errand, handover, scope);
    }
  }
}

void Dispatcher::send_directly(ShardId to, const MessagePtr& message, const Errand& errand) {
  const bool is_promised = message->qos() != mqtt::Qos::AtMostOnce && core_.journal.is_durable() &&
                           (errand.stores || errand.keep);
  const CommitGroups::Waiter waiter =
      is_promised ? core_.groups.expect_receipt() : CommitGroups::Waiter{0};
  core_.post(to, PublishLetter{message->clone(), waiter, errand.deliver, errand.keep, {}});
}

void Dispatcher::send_once(ShardId to, const MessagePtr& message, const Errand& errand,
                           Handover handover, const HomeScope& scope) {
  const auto post = [this, to, message, scope](std::uint64_t waiter, bool deliver, bool keep) {
    core_.post(to, PublishLetter{message->clone(), waiter, deliver, keep, scope});
  };
  const bool keeps_at_once = errand.keep && handover == Handover::InOrder;
  if (keeps_at_once) post(0, false, true);
  if (errand.stores || errand.keep) {
    StoredTransfer transfer;
    transfer.deliver = errand.stores;
    transfer.retain = errand.keep;
    transfer.scope = scope;
    core_.outbox.send(to, message, std::move(transfer),
                      [post, deliver = errand.stores, keep = errand.keep && !keeps_at_once](
                          std::uint64_t waiter) { post(waiter, deliver, keep); });
  }
  if (errand.deliver && !errand.stores) {
    core_.outbox.send_behind(to, [post] { post(0, true, false); });
  }
}

void Dispatcher::deliver_here(const MessagePtr& message, const HomeScope& scope,
                              Handover handover) {
  Others others;
  deliver(message, scope, handover, others);
}

void Dispatcher::accept_again(const MessagePtr& message, const StoredTransfer& transfer) {
  if (!transfer.group.empty()) return core_.share_groups.take_up(transfer.group, message);
  const bool keeps_here = transfer.retain && core_.home_of(message->topic()) == core_.self;
  if (keeps_here) core_.retained.store(message);
  Others others;
  if (transfer.deliver) deliver(message, transfer.scope, Handover::Outbox, others);
  others.wanting &= others.storing;  // the connections of all others ended with the broker
  send_to_others(message, others, transfer.retain && !keeps_here, Handover::Outbox, transfer.scope);
}

bool Dispatcher::deliver(const MessagePtr& message, const HomeScope& scope, Handover handover,
                         Others& others) {
  scope_ = &scope;
  routes_.clear();
  core_.router.match(message->topic(), [&](Route& route) {
    routes_.push_back(&route);
    others.wanting |= route.other_shards;
    if (route.lasting) others.storing |= route.lasting->other_shards;
  });
  if (routes_.empty()) return false;
  bool wanted = false;
  for (Route* route : routes_) wanted = wanted || route->wanted_here();
  if (!wanted) return false;
  if (core_.observer.is_tracing()) trace_matches(*message);

  // Groups first: what they do may not change the routes, only choose and queue.
  dispatch_to_groups(message, handover);
  if (routes_.size() == 1) {
    deliver_to_one_route(message, *routes_.front());
  } else {
    deliver_merged(message);
  }
  return true;
}

void Dispatcher::trace_matches(const Message& message) {
  Tracer& tracer = core_.observer.tracer();
  if (!tracer.may_want(message)) return;
  for (Route* route : routes_) {
    const ByteView filter = Router::filter_of(*route);
    for (const Subscriber& subscriber : route->subscribers) {
      if (is_no_local(subscriber, message)) {
        tracer.on_no_local(subscriber.session(), message, filter);
      } else if (!is_held_back(subscriber, message)) {
        tracer.on_matched(subscriber.session(), message, filter);
      }
    }
  }
}

void Dispatcher::dispatch_to_groups(const MessagePtr& message, Handover handover) {
  for (Route* route : routes_) {
    if (!route->has_groups()) continue;
    for (auto& group : route->lasting->groups) {
      if (!scope_->is_everywhere() && !scope_->includes(hash_of_group(group->subscription()))) {
        continue;
      }
      core_.share_groups.dispatch(*group, message, handover);
    }
  }
}

void Dispatcher::deliver_to_one_route(const MessagePtr& message, Route& route) {
  const std::uint32_t count = route.subscribers.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    // Sessions lie scattered in memory: a wide fan-out would wait for each of them in turn.
    if (i + kPrefetchAhead < count) {
      route.subscribers[i + kPrefetchAhead].session().prefetch();
    }
    const Subscriber& subscriber = route.subscribers[i];
    if (is_held_back(subscriber, *message)) continue;
    enqueue(subscriber.session(), make_delivery(message, subscriber));
  }
}

void Dispatcher::deliver_merged(const MessagePtr& message) {
  matches_.clear();
  for (Route* route : routes_) {
    for (Subscriber& subscriber : route->subscribers) {
      if (is_held_back(subscriber, *message)) continue;
      Session& session = subscriber.session();
      const std::uint32_t index = session.match_index;  // of an earlier message, unless it fits
      if (index < matches_.size() && matches_[index].session == &session) {
        merge(matches_[index].delivery, make_delivery(message, subscriber));
        continue;
      }
      session.match_index = static_cast<std::uint32_t>(matches_.size());
      matches_.push_back({&session, make_delivery(message, subscriber)});
    }
  }
  for (Match& match : matches_) enqueue(*match.session, std::move(match.delivery));
  matches_.clear();
}

/// Whether something that waits would have to go for `bytes` more.
inline bool Dispatcher::is_full(Session& session, std::size_t bytes) const {
  const config::LimitSettings& limits = core_.settings.limits;
  if (const StoredSession* stored = session.stored()) {
    if (stored->is_application) {
      return stored->bytes() + bytes > core_.settings.storage.application_bytes_max;
    }
    return stored->counted() >= limits.queue_messages_max ||
           stored->counted_bytes() + bytes > limits.queue_bytes_max;
  }
  const MessageFlow& flow = *session.flow();
  return flow.queue.size() > 0 &&
         (flow.queue.size() + flow.window.messages() >= limits.queue_messages_max ||
          flow.queue.bytes() + bytes > limits.queue_bytes_max);
}

/// What is stored is promised: it is limited for DEVICEs only, and only where an operator says so.
bool Dispatcher::is_beyond_rates(Session& session, bool is_stored) {
  RateLimits& limits = core_.rate_limits;
  const auto beyond = [this](RateLimit limit) {
    core_.counters.limit(limit);
    return true;
  };
  if (is_stored) {
    if (session.stored()->is_application || limits.try_store(core_.now)) return false;
    return beyond(RateLimit::DevicePersisted);
  }
  ClientRates* const rates = session.access() != nullptr ? session.access()->rates() : nullptr;
  if (rates != nullptr && !rates->outgoing.try_take(1, core_.now)) {
    return beyond(RateLimit::Outgoing);
  }
  return !limits.try_take_total(core_.now) && beyond(RateLimit::Total);
}

void Dispatcher::enqueue(Session& session, Delivery delivery) {
  ServerConnection* connection = session.connection();
  const bool is_acknowledged = delivery.qos != mqtt::Qos::AtMostOnce;
  if (connection == nullptr && !is_acknowledged) {
    core_.observer.drop(session, DropReason::Offline, *delivery.message);
    return;
  }
  OutboundQueue& queue = session.make_flow().queue;
  const bool is_stored = is_acknowledged && session.stored() != nullptr;
  if (core_.rate_limits.is_any_on() && is_beyond_rates(session, is_stored)) {
    core_.observer.drop(session, DropReason::RateLimited, *delivery.message);
    return;
  }
  if (!is_acknowledged && connection->must_shed(queue)) {
    core_.observer.drop(session, DropReason::OutputFull, *delivery.message);
    return;
  }
  const std::size_t bytes = delivery.message->size();
  if (is_full(session, bytes)) {
    // A burst within one turn must not cost a healthy Client anything.
    if (connection != nullptr && !queue.stalled) connection->flush();
    if (!is_acknowledged && is_full(session, bytes)) {
      // Nothing acknowledged gives way to it.
      core_.observer.drop(session, DropReason::QueueFull, *delivery.message);
      return;
    }
    make_room(session, bytes);
  }
  if (is_stored) return store(session, std::move(delivery));
  if (core_.observer.is_tracing())
    core_.observer.tracer().on_queued(session, delivery, "in memory");
  queue.push(std::move(delivery));
  if (connection != nullptr) connection->on_queued(queue);
}

void Dispatcher::store(Session& session, Delivery delivery, bool exempt) {
  StoredSession& stored = *session.stored();
  if (core_.observer.is_tracing()) {
    core_.observer.tracer().on_queued(session, delivery, "in the store");
  }
  delivery.sequence = stored.next_sequence();
  const bool was_loaded = !stored.has_backlog();
  stored.add(core_.journal.add_delivery(stored.number(), delivery), delivery.message->size());
  if (exempt) stored.exempt_last(delivery.message->size());

  // What does not fit in memory, or has somebody in front of it on disk, is read when its turn
  // comes.
  ServerConnection* connection = session.connection();
  OutboundQueue& queue = session.make_flow().queue;
  if (connection == nullptr || !was_loaded ||
      queue.bytes() >= core_.settings.storage.loaded_bytes_max) {
    return;
  }
  stored.set_loaded_end(stored.next_sequence());
  queue.push(std::move(delivery));
  connection->on_queued(queue);
}

// The oldest gives way: a Client that comes back wants the latest state.
void Dispatcher::make_room(Session& session, std::size_t bytes) {
  while (is_full(session, bytes) && drop_oldest(session)) {
  }
}

/// Drops the oldest message that waits, in memory or on disk, for want of room. False when none
/// does.
bool Dispatcher::drop_oldest(Session& session) {
  StoredSession* stored = session.stored();
  MessageFlow* flow = session.flow();
  if (flow != nullptr && flow->queue.size() > 0) {
    const Delivery dropped = flow->queue.pop_oldest_counted();
    core_.observer.drop(session, DropReason::QueueFull, *dropped.message);
    if (stored != nullptr && dropped.qos != mqtt::Qos::AtMostOnce) {
      stored->complete(core_, dropped.sequence);
    }
    return true;
  }
  if (stored == nullptr || !stored->drop_oldest_on_disk(core_)) return false;
  core_.observer.drop(session, DropReason::QueueFull, std::uint64_t{1});
  return true;
}

void Dispatcher::drop_outdated(StoredSession& stored) {
  const config::StorageSettings& settings = core_.settings.storage;
  const auto retention =
      stored.is_application ? settings.application_retention : settings.device_retention;
  const WallTime oldest = core_.wall_now() - milliseconds(retention).count();
  while (stored.is_older_on_disk(oldest) && stored.drop_oldest_on_disk(core_)) {
    core_.observer.drop(stored.session(), DropReason::Retention, std::uint64_t{1});
  }
}

}  // namespace sluice::broker
