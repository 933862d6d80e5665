#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "broker/drop_ledger.h"
#include "broker/gathered.h"
#include "broker/message.h"
#include "broker/observation.h"
#include "broker/topic_sampler.h"
#include "broker/tracer.h"

namespace sluice::broker {

struct Core;
class ServerConnection;
class Session;

/// What an operator watches of one shard, see observation.h: part of its core.
///
/// What nobody watches costs a branch. Drops are always remembered, since whoever asks for them
/// asks afterwards.
class Observer {
 public:
  explicit Observer(Core& core);

  void set_watch(std::shared_ptr<const Watch> watch);
  Observations collect();
  std::vector<DroppedMessages> list_dropped(ByteView client_id, std::size_t max) const {
    return ledger_.list(client_id, max);
  }
  void on_tick();

  /// Whether messages that enter the broker are to be given to `take_in`.
  bool watches_messages() const { return watches_messages_; }
  MessagePtr take_in(MessageParts parts, const Session* publisher, std::uint16_t packet_id);

  /// Whether steps are to be given to `tracer`.
  bool is_tracing() const { return tracer_.is_on(); }
  Tracer& tracer() { return tracer_; }
  const Tracer& tracer() const { return tracer_; }

  // Every drop is counted by one of these.

  /// A message does not reach this Session.
  void drop(const Session& session, DropReason reason, const Message& message);
  /// A message is not taken from this Session.
  void deny(const Session& session, DropReason reason, ByteView topic);
  /// `count` messages of which nothing else is known.
  void drop(const Session& session, DropReason reason, std::uint64_t count);
  /// For nobody in particular.
  void drop(DropReason reason, const Message& message);

  // What happens to Clients.

  void on_connected(const Session& session);
  void on_disconnected(const Session& session, const ServerConnection& connection,
                       mqtt::ReasonCode code, bool by_server, const char* reason);
  /// Whoever has no Session yet: what is known of it.
  struct Applicant {
    std::string client_id{};
    std::string username{};
    mqtt::ReasonCode code = mqtt::ReasonCode::Success;
    std::string reason{};
  };
  void on_refused(const ServerConnection& connection, Applicant applicant);
  /// filter  with $share/{ShareName}/ where it is shared
  void on_subscribed(const Session& session, ByteView filter, mqtt::ReasonCode code);
  void on_unsubscribed(const Session& session, ByteView filter);
  void on_session_ended(const Session& session);
  /// One that none of the above is about: "PINGREQ", "AUTH".
  void on_packet(const Session& session, const char* packet);

 private:
  void enter(const Session& session, DropReason reason, ByteView topic, std::uint64_t count);
  Event make_event(EventKind kind, const Session& session) const;
  void tell(Event event);
  void tell_drops();
  void trace(ByteView client_id, const std::string& address, const char* packet, std::string reason,
             ByteView topic = {});

  Core& core_;
  std::shared_ptr<const Watch> watch_;
  bool wants_events_ = false;
  bool watches_messages_ = false;
  bool is_attentive_ = false;  // to what happens to Clients
  Tracer tracer_;
  TopicSampler sampler_;
  Gathered<Event> events_{kEventsMax};
  DropLedger ledger_;
  Instant next_drops_{};  // when those of the last second are told
};

}  // namespace sluice::broker
