#pragma once

#include <boost/container/flat_set.hpp>
#include <boost/container/options.hpp>
#include <boost/container/vector.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "broker/in_flight_window.h"
#include "broker/outbound_queue.h"
#include "broker/stored_session.h"
#include "broker/subscriber_list.h"
#include "broker/will.h"
#include "mqtt/topic/topic_filter.h"
#include "runtime/timer_wheel.h"

namespace sluice::broker {

struct Route;
struct Core;
class ClientAccess;
class ServerConnection;

/// A plain subscription as its Session sees it.
struct SubscriptionRef {
  Route* route;
  std::uint32_t position;  // in route->subscribers
};

/// A Shared Subscription as its Session sees it; the group lives on its owner shard.
struct SharedSubscription {
  std::string share_name;
  std::string filter;
  SubscriptionOptions options;
  ShareGroupId group = 0;  // known before the first message comes

  mqtt::SharedFilter parts() const { return {share_name, filter}; }
};

/// The messages of one Session in both directions. Made with the first message, since most Clients
/// of a large broker are idle.
struct MessageFlow {
  OutboundQueue queue;
  InFlightWindow window;
  /// QoS 2 messages received and not yet released by PUBREL [MQTT5-4.3.3-10].
  boost::container::flat_set<std::uint16_t> unreleased;

  bool has_waiting() const { return !queue.empty() || window.has_unsent(); }
  bool is_idle() const { return queue.empty() && window.count() == 0 && unreleased.empty(); }
};

/// One Session: what outlives a Network Connection, v5 4.1.
///
/// Lives on   the home shard of its Client Identifier, from CONNECT until the Session Expiry
/// Interval
///            after its last connection is over.
class Session final : private runtime::Timer {
 public:
  Session(Core& core, SessionId id, std::string client_id);
  ~Session() override;

  SessionId id() const { return id_; }
  const std::string& client_id() const { return client_id_; }
  PublisherId publisher_id() const { return hash_bytes(client_id_); }
  ServerConnection* connection() const { return connection_; }
  void begin_connection(ServerConnection& connection, WallTime now, bool clean_start);
  /// From now on it waits. address  of the connection
  void end_connection(Instant now, std::string address);

  /// When its connection, now or the last one, began; 0: not known.
  WallTime connected_at() const { return static_cast<WallTime>(connected_at_); }
  /// What that connection asked for.
  bool is_clean_start() const { return is_clean_start_; }
  /// When its last connection ended, while it has none.
  Instant offline_since() const { return offline_since_; }
  /// Of its last connection, while it has none; empty: not known.
  std::string last_address() const { return extras_ ? extras_->last_address : std::string(); }

  /// Null: it may do everything, at any rate.
  ClientAccess* access() const { return access_.get(); }
  void set_access(std::unique_ptr<ClientAccess> access);

  /// Seconds the Session lives on after its connection ended; mqtt::kSessionNeverExpires.
  std::uint32_t expiry_interval() const { return expiry_interval_; }
  void set_expiry_interval(std::uint32_t interval) { expiry_interval_ = interval; }
  bool is_persistent() const { return expiry_interval_ != 0; }
  /// What the store has of it; null for a Session that was never persistent.
  StoredSession* stored() const { return stored_.get(); }
  void set_stored(std::unique_ptr<StoredSession> stored) { stored_ = std::move(stored); }
  bool has_backlog() const { return stored_ && stored_->has_backlog(); }

  void prefetch() const {
    __builtin_prefetch(this);
    __builtin_prefetch(&flow_);
  }
  MessageFlow* flow() const { return flow_.get(); }
  MessageFlow& make_flow() {
    if (!flow_) flow_ = std::make_unique<MessageFlow>();
    return *flow_;
  }

  /// Gives the memory of an idle flow back. To be called now and then, not in the rhythm of
  /// messages.
  void release_idle_flow() {
    if (flow_ && flow_->is_idle() && !has_backlog()) flow_.reset();
  }

  using Subscriptions =  // with counts of four bytes: there is one of these for every idle Client
      boost::container::vector<
          SubscriptionRef, void,
          boost::container::vector_options_t<boost::container::stored_size<std::uint32_t>>>;
  Subscriptions& subscriptions() { return subscriptions_; }
  std::vector<SharedSubscription>& shared() { return make_extras().shared; }
  bool has_shared() const { return extras_ && !extras_->shared.empty(); }
  std::size_t subscription_count() const {
    return subscriptions_.size() + (extras_ ? extras_->shared.size() : 0);
  }

  void set_will(std::unique_ptr<Will> will) {
    if (will || extras_) make_extras().will = std::move(will);
  }
  Will* will() const { return extras_ ? extras_->will.get() : nullptr; }
  std::unique_ptr<Will> take_will() { return extras_ ? std::move(extras_->will) : nullptr; }

  /// The connection is gone: waits until the Will, if there is one, is due and until the Session
  /// ends, whichever comes.
  void wait_offline();
  void stop_waiting() { disarm(); }
  /// What the store knows of the last connection of a Session that was restored. It waits from
  /// `begin_waiting` on, and ends at once if its time is over.
  void restore_life(const SessionRow& row, Instant offline_since);
  void begin_waiting(Instant now) { on_due(now); }

  /// The connection is gone: messages that the store has leave the memory.
  void unload();

  // Scratch of the dispatcher, see there.
  std::uint32_t match_index = 0;

 private:
  /// What few Sessions have.
  struct Extras {
    std::vector<SharedSubscription> shared;
    std::unique_ptr<Will> will;
    std::string last_address;
  };
  Extras& make_extras() {
    if (!extras_) extras_ = std::make_unique<Extras>();
    return *extras_;
  }

  void on_due(Instant now) override;
  Instant expires() const;
  void set_connected_at(WallTime time, bool clean_start) {
    connected_at_ = static_cast<std::uint64_t>(time) & ~(std::uint64_t{1} << 63);
    is_clean_start_ = clean_start;
  }

  std::uint32_t expiry_interval_ = 0;
  Core& core_;
  SessionId id_;
  std::string client_id_;
  ServerConnection* connection_ = nullptr;
  std::unique_ptr<MessageFlow> flow_;
  Subscriptions subscriptions_;
  std::unique_ptr<Extras> extras_;  // null for most
  std::unique_ptr<StoredSession> stored_;
  std::unique_ptr<ClientAccess> access_;
  Instant offline_since_{};
  std::uint64_t connected_at_ : 63 = 0;
  std::uint64_t is_clean_start_ : 1 = 0;
};

}  // namespace sluice::broker
