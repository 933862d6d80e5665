#include "tools/bench/publish_packet.h"

#include "mqtt/codec/encoder.h"

namespace sluice::tools::bench {

PublishPacketBytes::PublishPacketBytes(std::string_view topic, mqtt::Qos qos, bool retain,
                                       std::size_t payload_bytes, mqtt::Version version) {
  const std::string payload(payload_bytes, '.');
  mqtt::PublishPacket packet;
  packet.qos = qos;
  packet.retain = retain;
  packet.packet_id = qos == mqtt::Qos::AtMostOnce ? std::uint16_t{0} : std::uint16_t{1};
  packet.topic = topic;
  packet.payload = payload;
  mqtt::encode(bytes_, packet, version);

  stamp_at_ = bytes_.size() - payload_bytes;
  const std::size_t properties = version == mqtt::Version::V5 ? 1 : 0;
  if (qos != mqtt::Qos::AtMostOnce) id_at_ = stamp_at_ - properties - 2;
}

}  // namespace sluice::tools::bench
