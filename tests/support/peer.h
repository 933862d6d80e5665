#pragma once

#include <chrono>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "support/packets.h"
#include "support/received.h"
#include "support/wire.h"

namespace sluice::conformance {

using Where = std::source_location;

/// A scripted Client: sends what it is told, and throws Surprise, with the line of the test, when
/// something else arrives than what the test expects, or nothing within `kPatience`.
///
/// A handle: copies talk over the same Network Connection, which is cut when the last one dies.
class Peer {
 public:
  explicit Peer(std::unique_ptr<Wire> wire);

  /// A CONNECT sets the version that the packets after it are built and read by.
  Peer& sends(const Connect& packet);
  template <class Packet>
  Peer& sends(const Packet& packet) {
    return sends_bytes(packet.encode(version()));
  }
  Peer& sends_bytes(std::string_view bytes);

  /// Any next packet.
  Received receives(Where where = Where::current());
  /// The next packet has to be of that type.
  Received receives(PacketType type, Where where = Where::current());
  Received receives_publish(Where where = Where::current());
  /// The next packet is a PUBLISH with that payload.
  Received receives_message(std::string_view payload, Where where = Where::current());
  /// The next `count` packets are PUBLISH; each is acknowledged by its QoS, up to PUBCOMP. Returns
  /// their payloads in order.
  std::vector<std::string> receives_messages(std::size_t count, Where where = Where::current());
  /// Answers a PUBLISH as its QoS asks for and waits for what belongs to it.
  Peer& acknowledges(const Received& publish, Where where = Where::current());

  /// PUBACK, PUBREC, PUBREL or PUBCOMP with that id and reason (v3 has none).
  Peer& expects(const Ack& ack, Where where = Where::current());
  /// CONNACK with that code; returned for what else the test wants to know.
  Received expects_connack(ReasonCode code = ReasonCode::Success, Where where = Where::current());
  /// PUBLISH packets before it are allowed and stay to be received.
  Peer& expects_suback(PacketId id, const std::vector<ReasonCode>& codes,
                       Where where = Where::current());
  /// v3: no codes.
  Peer& expects_unsuback(PacketId id, const std::vector<ReasonCode>& codes = {},
                         Where where = Where::current());
  Peer& expects_pingresp(Where where = Where::current());
  /// The Server refuses what it was sent: DISCONNECT with that code, then the end of the
  /// connection.
  Peer& expects_disconnect(ReasonCode code, Where where = Where::current());
  /// CONNACK with that code, then the end of the connection.
  Peer& expects_refusal(ReasonCode code, Where where = Where::current());
  /// The end of the connection, and no packet before it.
  Peer& expects_closed(Where where = Where::current());
  /// Everything up to the end of the connection, not looked at.
  std::string bytes_until_closed(Where where = Where::current());
  /// Nothing is under way on this connection: a PINGREQ is answered before anything else comes.
  /// Says nothing about messages that another shard still holds, see
  /// Conformance::expect_no_delivery.
  Peer& expects_nothing_more(Where where = Where::current());

  /// Subscribes and takes the SUBACK, which has to grant that QoS.
  Peer& subscribed(const std::string& filter, Qos qos = Qos::AtMostOnce,
                   Where where = Where::current());
  Peer& subscribed(const Filter& filter, Where where = Where::current());
  Peer& unsubscribed(const std::string& filter, Where where = Where::current());
  /// Publishes, with an id of its own where needed, up to PUBACK or PUBCOMP.
  Peer& published(const std::string& topic, const std::string& payload, Qos qos = Qos::AtMostOnce,
                  Where where = Where::current());
  Peer& published(const Publish& packet, Where where = Where::current());
  /// A Packet Identifier that `subscribed` and `published` have not used.
  PacketId fresh_id();

  /// DISCONNECT, then the Server closes; v3 and v5.
  void disconnects(ReasonCode reason = ReasonCode::Success, Where where = Where::current());
  /// The network fails: TCP reset.
  void vanishes();

  Version version() const;
  Wire& wire();

 private:
  struct State;
  Received next(const std::string& wanted, Where where);

  std::shared_ptr<State> state_;
};

}  // namespace sluice::conformance
