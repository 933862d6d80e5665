#pragma once

#include <string>
#include <string_view>

#include "mqtt/types.h"
#include "tools/bench/stamp.h"

namespace sluice::tools::bench {

/// The bytes of a PUBLISH, encoded once; each message differs in Packet Identifier and Stamp only.
class PublishPacketBytes {
 public:
  PublishPacketBytes(std::string_view topic, mqtt::Qos qos, bool retain, std::size_t payload_bytes,
                     mqtt::Version version);

  /// Appends the message with this stamp; its Packet Identifier follows from the sequence number.
  void append_to(std::string& out, const Stamp& stamp) { append_to(out, stamp, stamp.sequence); }

  /// The same for a publisher with several sequences, which has sent `sent` messages before.
  void append_to(std::string& out, const Stamp& stamp, std::uint64_t sent) {
    const auto id = static_cast<unsigned>(sent % 65'535 + 1);
    if (id_at_ != 0) {
      bytes_[id_at_] = static_cast<char>(id >> 8);
      bytes_[id_at_ + 1] = static_cast<char>(id & 0xFF);
    }
    write_stamp(bytes_.data() + stamp_at_, stamp);
    out += bytes_;
  }

 private:
  std::string bytes_;
  std::size_t id_at_ = 0;  // 0 at QoS 0
  std::size_t stamp_at_ = 0;
};

}  // namespace sluice::tools::bench
