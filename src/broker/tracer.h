#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "broker/delivery.h"
#include "broker/gathered.h"
#include "broker/message.h"
#include "broker/observation.h"

namespace sluice::broker {

struct Core;
class Session;

/// What becomes of the messages and Clients that are traced, step by step.
///
/// A message is traced as a whole if its publisher or its topic is: it is marked where it enters
/// the broker and keeps the mark on all shards. Of other messages those steps are traced that
/// concern a traced receiver.
///
/// Nothing here is to be called unless `is_on`.
class Tracer {
 public:
  explicit Tracer(Core& core) : core_(core) {}

  void set(const Watch::Trace& what);
  bool is_on() const { return is_on_; }

  std::vector<TraceRecord> take() { return records_.take(); }
  std::uint64_t take_lost() { return records_.take_lost(); }

  bool traces(const Session& session) const;
  bool traces(ByteView client_id, const std::string& address) const;
  /// Whether any subscriber of a message has to be looked at.
  bool may_want(const Message& message) const {
    return message.is_traced() || !clients_.empty() || !addresses_.empty();
  }

  /// Whether all that is published to this topic is traced.
  bool is_of_traced_topic(ByteView topic) const;

  /// A message enters the broker: marks it if it is traced, and numbers it, so that its record on
  /// every shard names the same message. publisher  null: none that has a Session here
  void mark(MessageParts& parts, const Session* publisher);

  // Steps of a message; see TraceStep.
  void on_published(const Message& message, const Session* publisher, std::uint16_t packet_id);
  void on_denied(const Session& publisher, ByteView topic, const char* reason);
  void on_unmatched(const Message& message, const Session* publisher);
  void on_matched(const Session& session, const Message& message, ByteView filter);
  void on_no_local(const Session& session, const Message& message, ByteView filter);
  void on_share_chosen(const Session& session, const Message& message, std::string group);
  void on_queued(const Session& session, const Delivery& delivery, const char* where);
  void on_dropped(const Session& session, const Message& message, DropReason reason);
  void on_dropped(const Message& message, DropReason reason);
  void on_dropped(const Session& session, DropReason reason, std::uint64_t count);
  void on_sent(const Session& session, const Delivery& delivery, std::uint16_t packet_id,
               bool again);
  /// For QoS 2 at PUBREC: from then on the message is the Client's.
  void on_acknowledged(const Session& session, const Delivery& delivery, std::uint16_t packet_id,
                       mqtt::ReasonCode code);

  /// A packet other than PUBLISH and its acknowledgements, of a Client that is traced.
  struct Packet {
    std::string client_id;
    std::string detail;  // "CONNECT", "SUBSCRIBE", ...
    std::string reason{};
    std::string topic{};  // or filter
  };
  void on_packet(Packet packet);

 private:
  bool wants(const Session& session, const Message& message) const {
    return message.is_traced() || traces(session);
  }
  TraceRecord record_of(TraceStep step, const Message& message) const;
  void add(TraceRecord record) { records_.add(std::move(record)); }
  void add(TraceStep step, const Session& session, const Message& message, std::string detail,
           std::string reason = {});

  Core& core_;
  bool is_on_ = false;
  boost::unordered_flat_set<PublisherId> clients_;
  boost::unordered_flat_set<std::string> addresses_;
  std::vector<std::string> filters_;
  std::uint16_t last_number_ = 0;
  Gathered<TraceRecord> records_{kTraceMax};
};

}  // namespace sluice::broker
