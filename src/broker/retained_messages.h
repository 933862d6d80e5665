#pragma once

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/letters.h"
#include "broker/message.h"
#include "broker/subscriber_list.h"
#include "mqtt/topic/topic_tree.h"

namespace sluice::broker {

struct Core;
class Session;

/// The retained messages this shard keeps: those of the topics that hash to it, so that all writers
/// of one topic meet in one place and agree on the last value.
class RetainedMessages {
 public:
  explicit RetainedMessages(Core& core) : core_(core) {}

  /// Replaces the topic's retained message, or removes it when the payload is empty
  /// [MQTT5-3.3.1-5] [MQTT5-3.3.1-6]. Beyond limits.retained_* a new topic is not kept and counted.
  void store(const MessagePtr& message);
  /// Takes one that the store held since then.
  void restore(const MessagePtr& message, WallTime since) { keep(message, since); }

  /// Sends a new subscription what matches, from this shard and, by mail, from the others.
  void replay_to(Session& session, ByteView filter, const SubscriptionOptions& options);
  /// Another shard asks on behalf of one of its Sessions.
  void on_query(RetainedQueryLetter letter, ShardId from);
  /// All mail that had come when the drain began has been acted on: answers what waited for that.
  void on_mail_drained();
  bool has_waiting() const { return !lookups_.empty(); }
  void queue_replay(Session& session, const SubscriptionOptions& options,
                    std::vector<MessagePtr> messages);

  void remove_expired(Instant now);

  // For an operator.

  struct Kept {
    MessagePtr message;
    WallTime since = 0;  // 0: not known
  };
  using Cursor = mqtt::TopicTree<Kept>::Cursor;
  /// Goes through all of them in steps.
  Cursor walk() { return Cursor(by_topic_); }
  /// Null: none, or it has expired. Valid until something is kept or removed.
  const Kept* find_topic(ByteView topic);
  /// Topics that match, at most `max`.
  std::vector<std::string> match(ByteView filter, std::size_t max);
  /// Removes the topic's message. False: there was none.
  bool erase(ByteView topic);

 private:
  /// A lookup waits until all letters posted before it was asked for have been acted on. Otherwise
  /// a Client that subscribes right after another one's PUBACK could miss the message that was
  /// acknowledged: its letter may be in a ring not looked at yet.
  struct Lookup {
    RetainedQueryLetter query;
    ShardId asker;
    std::uint64_t due;  // the drain after which it is answered
  };

  /// False: a limit was in the way, and the topic has none now.
  bool keep(const MessagePtr& message, WallTime since);
  std::vector<MessagePtr> find(ByteView filter);
  void store_replay(Session& session, const SubscriptionOptions& options,
                    std::vector<MessagePtr>& messages);
  void answer(Lookup& lookup);
  void remove(ByteView topic);
  void forget_expiry(const MessagePtr& message);

  Core& core_;
  mqtt::TopicTree<Kept> by_topic_;
  std::deque<Lookup> lookups_;
  std::uint64_t drains_ = 0;
  /// Those that expire. A message that was replaced leaves at once: with a long interval and a busy
  /// topic the old ones would pile up without end.
  std::set<std::pair<Instant, MessagePtr>> by_expiry_;
};

}  // namespace sluice::broker
