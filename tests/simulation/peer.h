#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/stage.h"

namespace sluice::simulation {

/// One device of random behaviour that keeps to the protocol, and what may be expected of the
/// broker for it.
class Peer final : public broker::testing::Witness {
 public:
  enum class Kind : std::uint8_t {
    Persistent,  // one Session for ever, unless it clears it when nothing is owed
    Expiring,    // its Session ends while it is away
    Transient,   // its Session ends with the connection
  };
  /// What it subscribes to at once and for ever.
  struct Duties {
    bool watches_wills = false;
    bool shares = false;
  };

  Peer(Stage& stage, std::uint32_t index, Kind kind, Duties duties);

  /// Does something random. `group_exists`: the share group is there for good.
  void act(bool group_exists);
  /// Looks whether the broker closed the connection.
  void observe();
  void on_broker_died();

  bool is_persistent() const { return kind_ == Kind::Persistent; }
  /// Its place in the share group is confirmed, for good.
  bool shares_for_sure() const;
  /// The end of the play: comes back, or leaves for good if nothing is owed to it.
  void come_home();
  /// Whether it is as connected as it should be now.
  bool is_home() const;
  /// Nothing is under way; tells the checker what is left.
  void judge();
  /// A Will that was delayed is due if nobody came back in time.
  void settle_delayed_will();

  // Witness
  void on_sent(const mqtt::PublishPacket& packet) override;
  void on_connack(const mqtt::ConnackPacket& packet) override;
  void on_publish(const mqtt::PublishPacket& packet) override;
  void on_ack(const mqtt::AckPacket& packet) override;
  void on_subscribe_ack(const mqtt::SubscribeAckPacket& packet) override;

 private:
  static constexpr delivery::DeliveryChecker::Moment kNotYet = ~0ULL;
  struct Filter {
    std::string name;
    std::vector<TopicId> topics;
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    bool is_kept = false;  // never unsubscribed
    bool is_wanted = false;
    bool is_confirmed = false;                          // the last request came through
    delivery::DeliveryChecker::Moment since = kNotYet;  // when it was confirmed
  };
  enum class Request : std::uint8_t { Subscribe, Unsubscribe };
  struct Will {
    MessageId message;
    std::uint32_t delay = 0;
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    bool is_certain = false;  // CONNACK came while the store worked
  };

  void make_filters(Duties duties);
  void new_subscriber();

  void connect();
  bool may_connect() const;
  broker::testing::Connect make_connect();
  void add_will(broker::testing::Connect& how);
  bool clears_session();
  void impersonate();
  void request_duties();
  void subscribe(Filter& filter);
  void unsubscribe(Filter& filter);
  void publish(bool group_exists);
  bool has_request(const Filter& filter) const;
  void drop();
  void leave();
  void on_ended();
  void end_will();
  Filter* filter_of(TopicId topic);
  std::string name() const { return client_.id(); }

  Stage& stage_;
  const std::uint32_t index_;
  const Kind kind_;
  bool shares_ = false;
  broker::testing::Client& client_;
  broker::testing::Client& double_;  // the same device over a line that brings nothing back
  std::vector<Filter> filters_;
  std::map<std::uint16_t, std::pair<Request, std::size_t>> requests_;  // filter by index
  std::map<std::uint16_t, MessageId> sending_;
  std::optional<MessageId> sending_now_;
  bool group_exists_ = false;

  SubscriberId subscriber_ = 0;
  mqtt::Version version_ = mqtt::Version::V5;
  bool has_session_ = false;  // confirmed by a CONNACK, and not asked to end since
  bool must_clear_ = false;
  bool was_open_ = false;
  bool is_leaving_ = false;
  bool leaves_with_will_ = false;
  bool was_replaced_ = false;
  std::uint32_t expiry_ = 0;  // seconds, of an expiring Session
  Instant ended_{};
  Instant connected_{};
  std::optional<Will> will_;
  std::optional<Will> delayed_will_;
};

}  // namespace sluice::simulation
