#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mqtt/types.h"
#include "support/delivery_checker_findings.h"

namespace sluice::delivery {

using mqtt::Qos;

enum class Retain : std::uint8_t { No, Set, Clear };

/// A PUBLISH on its way to the broker, or the Will of a CONNECT.
struct Sent {
  MessageId message;
  TopicId topic = 0;
  Qos qos = Qos::AtLeastOnce;
  std::uint64_t digest = 0;  // of the payload, by whatever function the user likes
  Retain retain = Retain::No;
  bool is_will = false;
};

/// A PUBLISH from the broker as it stands on the wire, except those with RETAIN 1, which are values
/// of topics (`on_retained_value`) and no deliveries.
struct Received {
  SubscriberId subscriber = 0;
  std::optional<MessageId> message =
      std::nullopt;  // what the payload claims; empty when it claims nothing
  TopicId topic = 0;
  Qos qos = Qos::AtLeastOnce;
  bool dup = false;
  std::uint16_t packet_id = 0;
  std::uint64_t digest = 0;
  bool may_be_late = false;  // behind younger ones, for a reason that its user knows
};

struct Totals {
  std::uint64_t acknowledged = 0;         // messages, Wills included once they are due
  std::uint64_t received = 0;             // PUBLISH packets from the broker
  std::uint64_t repeats = 0;              // of those, allowed repeats
  std::uint64_t repeats_without_dup = 0;  // of those, excused by a crash or a publisher's re-send
};

/// Judges whether a broker delivered what it acknowledged, from what its clients saw.
///
/// Knows no sockets, clock or threads: it is told events in the order in which they happened to the
/// clients, and their order is the only time there is. What cannot be known from outside is judged
/// for the broker: a message between SUBSCRIBE and SUBACK may come or not.
///
/// Owed      a message that was acknowledged is owed to each Session whose subscription was
///           confirmed before the message was first sent, and was not asked to end before the
///           acknowledgement. So all Sessions told about are persistent ones.
/// Order     first copies of one publisher, topic and published QoS in the order of their numbers,
///           and the re-sent ones (DUP) of one Network Connection as well [MQTT5-4.6.0-5].
/// Limits    one subscription of a Session per topic; no Message Expiry. About 56 bytes for a
///           message and 12 for each copy.
class DeliveryChecker {
 public:
  /// A point between two events.
  using Moment = std::uint64_t;

  // The publishing side.

  /// Each transmission, re-sent ones too. A Will is sent with its CONNECT.
  void on_sent(const Sent& sent);
  /// PUBACK or PUBREC without failure. A message that was refused is just never acknowledged.
  void on_acknowledged(MessageId message);
  /// The client had its CONNACK, and its connection ended without DISCONNECT.
  void on_will_due(MessageId message) { on_acknowledged(message); }

  // The subscribing side.

  void on_subscribing(SubscriberId subscriber, TopicId topic, Qos maximum_qos);
  void on_subscribed(SubscriberId subscriber, TopicId topic);
  void on_unsubscribing(SubscriberId subscriber, TopicId topic);
  void on_unsubscribed(SubscriberId subscriber, TopicId topic);
  /// A CONNACK: what comes now comes over a new Network Connection.
  void on_connected(SubscriberId subscriber);
  void on_received(const Received& received);
  /// PUBREL: the end of a QoS 2 delivery, the Packet Identifier is free again.
  void on_released(SubscriberId subscriber, std::uint16_t packet_id);
  /// The client ended its Session, or let it expire.
  void on_session_ended(SubscriberId subscriber);
  /// A CONNACK without Session Present where there has to be a Session. Everything that was owed
  /// and has not come is lost at once.
  void on_session_lost(SubscriberId subscriber, const std::string& who);
  /// The same for a client that only publishes.
  void on_publisher_session_lost(const std::string& who);

  // Other events.

  void on_broker_crashed() { crashes_.push_back(now_++); }
  /// The harness saw no progress for too long.
  void on_stuck(const std::string& what);
  Moment now() const { return now_; }
  /// What a subscription made after `asked` got as the retained value of the topic; nothing if
  /// there was none.
  void on_retained_value(TopicId topic, const std::optional<Received>& value, Moment asked);

  // The judgement.

  /// How many messages are owed to the Session, have not come and are not reported as lost. Looks
  /// at every message that is not settled by an earlier judgement.
  std::uint64_t missing(SubscriberId subscriber) const;
  /// The same for all Sessions.
  std::uint64_t missing() const;
  /// Everything ought to have come: reports what has not, each message once.
  void judge();

  const Findings& findings() const { return findings_; }
  const Totals& totals() const { return totals_; }

 private:
  static constexpr Moment kNever = ~Moment{0};

  struct Message {
    std::uint64_t digest = 0;
    Moment first_sent = kNever;  // kNever: not sent
    Moment last_sent = kNever;
    Moment acknowledged = kNever;
    TopicId topic = 0;
    std::uint32_t transmissions = 0;
    Qos qos = Qos::AtMostOnce;
    Retain retain = Retain::No;
    bool is_will = false;
  };
  struct Publisher {
    std::vector<Message> messages;  // by number
    std::uint64_t settled = 0;      // everything up to here was acknowledged and has come
  };
  struct Copies {
    std::uint32_t connection = 0;  // of the last copy
    std::uint32_t crashes = 0;     // how many had been before the last copy
    std::uint16_t count = 0;
    bool reported_lost = false;
  };
  struct Stream {  // one publisher, topic and QoS
    std::uint64_t last_first = 0;
    std::uint64_t last_resent = 0;
    std::uint32_t resent_connection = 0;
  };
  struct Subscriber {
    std::vector<std::vector<Copies>> copies;  // by publisher and number
    std::unordered_map<std::uint64_t, Stream> streams;
    std::unordered_map<std::uint16_t, MessageId> unreleased;
    std::uint32_t connection = 0;
  };
  struct Interval {
    Qos maximum_qos;
    Moment asked;
    Moment confirmed = kNever;
    Moment end_asked = kNever;
    Moment ended = kNever;
  };
  struct Subscription {
    SubscriberId subscriber;
    std::vector<Interval> intervals;
  };
  struct Topic {
    std::vector<Subscription> subscriptions;
    std::vector<MessageId> retained;
  };

  Subscriber& subscriber(SubscriberId id);
  Topic& topic(TopicId id);
  std::vector<Interval>& intervals(SubscriberId subscriber, TopicId topic);
  const Message* find(MessageId id) const;
  Copies& copies(SubscriberId subscriber, MessageId id);
  const Copies* find_copies(SubscriberId subscriber, MessageId id) const;

  bool is_owed(const Message& message, const Subscription& subscription) const;
  bool is_missing(MessageId id, const Message& message, const Subscription& subscription) const;
  bool is_settled(MessageId id, const Message& message) const;
  template <class Visit>
  void for_each_missing(Visit visit) const;
  void report_lost(std::optional<SubscriberId> only);
  void end_session(SubscriberId subscriber);

  const char* phantom_reason(const Received& received, const Message* message) const;
  bool was_asked_for(const Received& received, const Message& message) const;
  /// Whether a QoS 2 PUBLISH is a repeat that the receiver knows by its Packet Identifier.
  bool is_known_packet(const Received& received);
  void count_copy(const Received& received, const Message& message);
  bool is_repeat(const Received& received, const Message& message, const Copies& before) const;
  std::uint32_t crashes() const { return static_cast<std::uint32_t>(crashes_.size()); }
  bool is_forgotten(const Message& message, const Copies& before) const;
  bool is_excused(const Received& received, const Message& message, const Copies& before) const;
  void check_order(const Received& received, const Message& message, bool is_first);

  static Moment last_effect(const Message& message);
  bool is_superseded(MessageId id, const Topic& topic, Moment asked) const;
  bool may_be_empty(const Topic& topic, Moment asked) const;

  void report(FindingKind kind, const Received& received, const std::string& why);

  Moment now_ = 1;
  std::vector<Moment> crashes_;
  std::vector<Publisher> publishers_;
  std::vector<Subscriber> subscribers_;
  std::vector<Topic> topics_;
  Findings findings_;
  Totals totals_;
};

}  // namespace sluice::delivery
