#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

#include "broker/delivery.h"
#include "broker/stored_records.h"
#include "broker/subscriber_list.h"

namespace sluice::broker {

struct Core;
struct Route;
class Session;
class StoredSession;

/// How a message gets to other shards that have to make it durable.
enum class Handover : std::uint8_t {
  Direct,   // by letter: if the broker crashes, the publisher says it again
  InOrder,  // the publisher's repeat will be known for one: through the outbox. A retained value is
            // also told at once, as it would come behind later ones of QoS 1.
  Outbox,   // nobody says it again
};

/// Takes accepted Application Messages to all who are to have them.
class Dispatcher {
 public:
  explicit Dispatcher(Core& core) : core_(core) {}

  /// A message enters the broker: `accept`, for those who watch it, too.
  ///
  /// publisher  null: none that has a Session here; packet_id  of its PUBLISH, 0: none
  bool publish(const MessageParts& parts, const Session* publisher, Handover handover,
               std::uint16_t packet_id = 0);

  /// Stores the message if it is to be retained and delivers it: here at once, elsewhere by mail.
  /// Returns whether any subscription matched.
  bool accept(const MessagePtr& message, Handover handover = Handover::Direct);

  /// Delivers to the subscribers and the share groups of this shard.
  void deliver_here(const MessagePtr& message, const HomeScope& scope, Handover handover);

  /// Goes on with a transfer that had not arrived when the broker ended.
  void accept_again(const MessagePtr& message, const StoredTransfer& transfer);

  /// Queues a delivery for one Session, within its limits, and has it sent at the end of the turn.
  void enqueue(Session& session, Delivery delivery);

  /// Drops what has waited for longer than the Session's kind of Client is promised.
  void drop_outdated(StoredSession& stored);
  /// Has the store keep a delivery of QoS 1 or 2 for a persistent Session, and sends it if the
  /// Session is connected and keeps up. `exempt`: it does not count against the limits.
  void store(Session& session, Delivery delivery, bool exempt = false);

 private:
  struct Match {
    Session* session;
    Delivery delivery;
  };

  /// Shards, a bit each, that want a message, and those that may have to make it durable.
  struct Others {
    std::uint64_t wanting = 0;
    std::uint64_t storing = 0;
  };

  bool deliver(const MessagePtr& message, const HomeScope& scope, Handover handover,
               Others& others);
  void dispatch_to_groups(const MessagePtr& message, Handover handover);
  void send_to_others(const MessagePtr& message, const Others& others, bool retained_elsewhere,
                      Handover handover, const HomeScope& scope);
  /// What another shard has to do with a message.
  struct Errand {
    bool deliver;
    bool stores;  // it may have to make what it delivers durable
    bool keep;    // as the retained message
  };
  void send_directly(ShardId to, const MessagePtr& message, const Errand& errand);
  void send_once(ShardId to, const MessagePtr& message, const Errand& errand, Handover handover,
                 const HomeScope& scope);
  bool is_held_back(const Subscriber& subscriber, const Message& message) const;
  void trace_matches(const Message& message);
  void deliver_to_one_route(const MessagePtr& message, Route& route);
  void deliver_merged(const MessagePtr& message);
  void make_room(Session& session, std::size_t bytes);
  bool is_beyond_rates(Session& session, bool is_stored);
  bool is_full(Session& session, std::size_t bytes) const;
  bool drop_oldest(Session& session);

  Core& core_;
  // Scratch of one delivery, kept for its memory.
  const HomeScope* scope_ = nullptr;
  boost::container::small_vector<Route*, 16> routes_;
  std::vector<Match> matches_;
};

}  // namespace sluice::broker
