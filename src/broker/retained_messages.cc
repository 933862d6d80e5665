#include "broker/retained_messages.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "broker/stored_delivery.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

void RetainedMessages::store(const MessagePtr& message) {
  const WallTime now = core_.wall_now();
  const bool is_kept = !message->payload().empty() && keep(message, now);
  if (message->payload().empty()) remove(message->topic());
  if (!core_.journal.is_durable()) return;
  const Need need = message->qos() == mqtt::Qos::AtMostOnce ? Need::Whenever : Need::Promise;
  std::string topic(message->topic());
  if (is_kept) {
    const RetainedRow row{to_stored(core_, *message), message->publisher(), now};
    core_.journal.put(storage::Table::Retained, std::move(topic), encode(row), need);
  } else {
    core_.journal.erase(storage::Table::Retained, std::move(topic), need);
  }
}

bool RetainedMessages::keep(const MessagePtr& message, WallTime since) {
  const config::LimitSettings& limits = core_.settings.limits;
  Counters& counters = core_.counters;
  Kept* known = by_topic_.find(message->topic());
  const std::uint64_t freed = known == nullptr ? 0 : known->message->size();
  const bool full =
      (known == nullptr &&
       counters.retained_messages >= limits.retained_messages_max / core_.shards) ||
      counters.retained_bytes - freed + message->size() > limits.retained_bytes_max / core_.shards;
  if (full) {
    // The old value must not pose as the last one.
    remove(message->topic());
    core_.observer.drop(DropReason::RetainedFull, *message);
    return false;
  }
  if (known == nullptr) {
    known = &by_topic_.put(message->topic()).first;
    ++counters.retained_messages;
  }
  counters.retained_bytes = counters.retained_bytes - freed + message->size();
  if (known->message) forget_expiry(known->message);
  *known = {message, since};
  if (message->expires() != kNever) by_expiry_.emplace(message->expires(), message);
  return true;
}

void RetainedMessages::remove(ByteView topic) {
  const Kept* known = by_topic_.find(topic);
  if (known == nullptr) return;
  --core_.counters.retained_messages;
  core_.counters.retained_bytes -= known->message->size();
  forget_expiry(known->message);
  by_topic_.erase(topic);
}

void RetainedMessages::forget_expiry(const MessagePtr& message) {
  if (message->expires() != kNever) by_expiry_.erase({message->expires(), message});
}

void RetainedMessages::replay_to(Session& session, ByteView filter,
                                 const SubscriptionOptions& options) {
  if (core_.shards == 1) return queue_replay(session, options, find(filter));
  const bool everywhere = mqtt::has_wildcard(filter);
  const ShardId keeper = core_.home_of(filter);
  core_.sessions.make_addressable(session);
  for (unsigned shard = 0; shard < core_.shards; ++shard) {
    if (!everywhere && shard != keeper) continue;
    RetainedQueryLetter query{std::string(filter), session.id(), options};
    if (shard == core_.self) {
      lookups_.push_back({std::move(query), core_.self, drains_ + 1});
    } else {
      core_.post(static_cast<ShardId>(shard), std::move(query));
    }
  }
}

void RetainedMessages::on_query(RetainedQueryLetter letter, ShardId from) {
  // It came in the middle of a drain, so only the next one is whole.
  lookups_.push_back({std::move(letter), from, drains_ + 2});
}

void RetainedMessages::on_mail_drained() {
  ++drains_;
  for (std::size_t left = lookups_.size(); left > 0; --left) {
    Lookup lookup = std::move(lookups_.front());
    lookups_.pop_front();
    if (lookup.due <= drains_) {
      answer(lookup);
    } else {
      lookups_.push_back(std::move(lookup));
    }
  }
}

void RetainedMessages::answer(Lookup& lookup) {
  std::vector<MessagePtr> found = find(lookup.query.filter);
  if (found.empty()) return;
  if (lookup.asker == core_.self) {
    Session* session = core_.sessions.find(lookup.query.session);
    if (session != nullptr) queue_replay(*session, lookup.query.options, std::move(found));
    return;
  }
  for (MessagePtr& message : found) message = message->clone();
  core_.post(lookup.asker,
             RetainedFoundLetter{lookup.query.session, lookup.query.options, std::move(found)});
}

std::vector<MessagePtr> RetainedMessages::find(ByteView filter) {
  std::vector<MessagePtr> found;
  by_topic_.match(filter, [&](const Kept& kept) {
    if (!kept.message->is_expired(core_.now)) found.push_back(kept.message);
  });
  return found;
}

void RetainedMessages::queue_replay(Session& session, const SubscriptionOptions& options,
                                    std::vector<MessagePtr> messages) {
  if (session.connection() == nullptr && !session.is_persistent()) return;
  if (options.no_local) {
    std::erase_if(messages, [id = session.publisher_id()](const MessagePtr& m) {
      return m->publisher() == id;
    });
  }
  if (session.stored() != nullptr) store_replay(session, options, messages);
  if (messages.empty()) return;
  OutboundQueue& queue = session.make_flow().queue;
  // A Client that subscribes again and again without reading must not pile up copies without end.
  if (queue.replay_size() >= core_.settings.limits.retained_messages_max) {
    core_.observer.drop(session, DropReason::QueueFull, messages.size());
    return;
  }
  queue.push_replay({std::move(messages), options});
  if (session.connection() != nullptr) core_.output.mark_dirty(*session.connection());
}

/// Messages of QoS 1 and 2 for a persistent Session become its own, whatever happens to the topic
/// or to the broker afterwards; the others are left in `messages`.
void RetainedMessages::store_replay(Session& session, const SubscriptionOptions& options,
                                    std::vector<MessagePtr>& messages) {
  if (session.stored()->exempt() >= core_.settings.limits.retained_messages_max) return;
  std::erase_if(messages, [&](const MessagePtr& message) {
    Delivery delivery = make_replay(message, options);
    if (delivery.qos == mqtt::Qos::AtMostOnce) return false;
    core_.dispatcher.store(session, std::move(delivery), true);
    return true;
  });
}

const RetainedMessages::Kept* RetainedMessages::find_topic(ByteView topic) {
  const Kept* known = by_topic_.find(topic);
  return known == nullptr || known->message->is_expired(core_.now) ? nullptr : known;
}

std::vector<std::string> RetainedMessages::match(ByteView filter, std::size_t max) {
  std::vector<std::string> topics;
  by_topic_.match(filter, [&](const Kept& kept) {
    if (topics.size() == max) return false;
    if (!kept.message->is_expired(core_.now)) topics.emplace_back(kept.message->topic());
    return true;
  });
  return topics;
}

bool RetainedMessages::erase(ByteView topic) {
  if (by_topic_.find(topic) == nullptr) return false;
  remove(topic);
  core_.journal.erase(storage::Table::Retained, std::string(topic));
  return true;
}

void RetainedMessages::remove_expired(Instant now) {
  while (!by_expiry_.empty() && by_expiry_.begin()->first <= now) {
    const MessagePtr message = by_expiry_.begin()->second;  // keeps the topic alive
    core_.observer.drop(DropReason::Expired, *message);
    remove(message->topic());
    core_.journal.erase(storage::Table::Retained, std::string(message->topic()), Need::Whenever);
  }
}

}  // namespace sluice::broker
