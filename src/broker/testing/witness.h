#pragma once

#include "mqtt/codec/packets.h"

// For tests: what happens to a Client, in the order in which it happens.

namespace sluice::broker::testing {

/// Is told of packets as a Client sends and takes them. Views are valid during the call only.
class Witness {
 public:
  /// Each transmission of a PUBLISH, re-sent ones too.
  virtual void on_sent(const mqtt::PublishPacket& packet) = 0;
  virtual void on_connack(const mqtt::ConnackPacket& packet) = 0;
  /// Each copy that came, before the Client tells repeats apart.
  virtual void on_publish(const mqtt::PublishPacket& packet) = 0;
  /// PUBACK, PUBREC, PUBREL and PUBCOMP.
  virtual void on_ack(const mqtt::AckPacket& packet) = 0;
  virtual void on_subscribe_ack(const mqtt::SubscribeAckPacket& packet) = 0;

 protected:
  ~Witness() = default;
};

}  // namespace sluice::broker::testing
