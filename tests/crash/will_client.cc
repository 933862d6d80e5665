#include "crash/will_client.h"

namespace sluice::crash {

void WillClient::prepare(mqtt::ConnectPacket& packet) {
  ++number_;
  const std::uint64_t digest = write_payload(payload_, message(), kPayloadMin);
  const TopicId topic = topic_of_will(index_);
  packet.clean_start = !has_session_;
  if (!has_session_) packet.properties.session_expiry_interval.reset();
  packet.will.emplace();
  packet.will->qos = qos_;
  packet.will->topic = topic_name(topic);
  packet.will->payload = payload_;
  world_.checker.on_sent(
      {.message = message(), .topic = topic, .qos = qos_, .digest = digest, .is_will = true});
}

void WillClient::on_connection_lost() {
  note("Will due", 0, message());
  world_.checker.on_will_due(message());
}

}  // namespace sluice::crash
