#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "mqtt/codec/packets.h"
#include "support/delivery_checker.h"

namespace sluice::simulation {

using delivery::MessageId;
using delivery::PublisherId;
using delivery::SubscriberId;
using delivery::TopicId;

/// The topics of the play and what they are for.
inline constexpr std::array<const char*, 9> kTopics = {"a/0", "a/1", "b/0", "b/1", "r/0",
                                                       "r/1", "v/0", "s/0", "w/0"};
inline constexpr TopicId kPlainTopics = 4;    // the first ones: messages of all kinds
inline constexpr TopicId kRetainedFirst = 4;  // these hold values, and subscribers see them set
inline constexpr TopicId kRetainedTopics = 3;
inline constexpr TopicId kClearedTopic = 6;  // its value is also cleared; only read at the end
inline constexpr TopicId kSharedTopic = 7;   // a share group takes these
inline constexpr TopicId kWillTopic = 8;

/// What was sent and what came of it: names messages in their payloads and tells the checker, and
/// judges itself what the checker does not know (share groups, expiry).
class Ledger {
 public:
  /// A name for the next message of a publisher, as a payload of about `size` bytes.
  std::string next_payload(PublisherId publisher, std::size_t size);
  static std::optional<MessageId> read(ByteView payload);

  /// A transmission. `expiry`: the message may vanish.
  void on_sent(MessageId id, TopicId topic, const mqtt::PublishPacket& packet,
               std::optional<seconds> expiry, bool is_owed_by_group);
  void on_will_sent(MessageId id, TopicId topic, mqtt::Qos qos, ByteView payload);
  void on_acknowledged(MessageId id, Instant now);

  /// A PUBLISH came that is no retained value. `subscribed` is when its subscriber's subscription
  /// was confirmed, `connected` when its connection began.
  void on_received(delivery::Received received, delivery::DeliveryChecker::Moment subscribed,
                   Instant connected);
  /// The same for a message of the share group; `repeated`: its Packet Identifier is known.
  void on_shared(const delivery::Received& received, bool repeated);

  /// The store has begun to fail, or works again: a PUBLISH on its way meanwhile may be refused.
  void on_store(bool fails);

  /// Everything ought to have come.
  void judge();

  static std::uint64_t digest(ByteView payload);
  static std::optional<TopicId> topic(ByteView name);

  delivery::DeliveryChecker checker;

 private:
  struct Message {
    delivery::DeliveryChecker::Moment first_sent = 0;
    std::optional<seconds> expiry;
    Instant expires = kNever;  // at the latest: it counts from when the broker took the message
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    std::uint32_t transmissions = 0;
    bool is_shared = false;
    bool is_owed_by_group = false;
    bool is_acknowledged = false;
    bool may_vanish = false;   // it expires, as its first transmission says
    std::uint32_t copies = 0;  // at members of the share group
  };
  Message& message(MessageId id);
  bool is_known(MessageId id, const Message& sent, const delivery::Received& received);
  bool may_be_late(const Message& sent, const delivery::Received& received,
                   delivery::DeliveryChecker::Moment subscribed) const;
  static std::string name(MessageId id);

  bool store_fails_ = false;
  delivery::DeliveryChecker::Moment store_failed_ = 0;  // last
  std::map<PublisherId, std::uint64_t> last_;
  std::map<std::pair<PublisherId, std::uint64_t>, Message> messages_;
  std::set<std::tuple<SubscriberId, PublisherId, std::uint64_t>> came_;
};

}  // namespace sluice::simulation
