#include <gtest/gtest.h>

#include <algorithm>

#include "mqtt/codec/sample_packets_for_test.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

constexpr Version kAllVersions[] = {Version::V31, Version::V311, Version::V5};

unsigned first_byte(const Sample& sample) {
  return static_cast<std::uint8_t>(sample.bytes[0]);
}

bool may_end_at(const Sample& sample, std::size_t size) {
  return size >= sample.payload_begin ||
         std::ranges::find(sample.legal_ends, size) != sample.legal_ends.end();
}

/// Whether the low four bits of the first byte are what the version wants of that packet type.
bool are_legal_flags(Version version, PacketType type, unsigned flags) {
  if (type == PacketType::Publish) {
    const unsigned qos = flags >> 1 & 3;
    const bool is_dup_at_qos_0 = qos == 0 && (flags & 8) != 0;
    return qos != 3 && (!is_dup_at_qos_0 || version == Version::V31);
  }
  if (version == Version::V31) return true;
  const bool is_request = type == PacketType::Pubrel || type == PacketType::Subscribe ||
                          type == PacketType::Unsubscribe;
  return flags == (is_request ? 2U : 0U);
}

TEST(DamagedPackets, TheSamplesAreWhole) {
  for (const Version version : kAllVersions) {
    for (const Sample& sample : samples_of(version)) {
      EXPECT_EQ(reason_for(sample.bytes, version, /*from_server=*/true), ReasonCode::Success)
          << ::testing::PrintToString(sample.bytes);
    }
  }
}

TEST(DamagedPackets, AreIncompleteWhenTheStreamEndsInThem) {
  for (const Version version : kAllVersions) {
    for (const Sample& sample : samples_of(version)) {
      for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
        const std::string start = sample.bytes.substr(0, size);
        EXPECT_EQ(next_frame(start, kLargestPacket).status, FrameStatus::Incomplete);
      }
    }
  }
}

TEST(DamagedPackets, AreRefusedWhenTheBodyEndsEarly) {
  for (const Version version : kAllVersions) {
    for (const Sample& sample : samples_of(version)) {
      for (std::size_t size = 0; size < frame_of(sample.bytes).body.size(); ++size) {
        const bool accepted =
            reason_for(shortened(sample, size), version, true) == ReasonCode::Success;
        EXPECT_EQ(accepted, may_end_at(sample, size))
            << static_cast<int>(version) << " " << first_byte(sample) << " at " << size;
      }
    }
  }
}

// [MQTT311-2.2.2-1], -2; [MQTT5-2.1.3-1]; MQTT 3.1 reserves no flags.
TEST(DamagedPackets, AreMalformedWithIllegalFlags) {
  for (const Version version : kAllVersions) {
    for (const Sample& sample : samples_of(version)) {
      for (unsigned flags = 0; flags < 16; ++flags) {
        std::string bytes = sample.bytes;
        bytes[0] = static_cast<char>((first_byte(sample) & 0xF0U) | flags);
        const PacketType type = frame_of(bytes).type;
        const ReasonCode reason = reason_for(bytes, version, true);
        if (!are_legal_flags(version, type, flags)) {
          EXPECT_EQ(reason, ReasonCode::MalformedPacket) << first_byte(sample) << " " << flags;
        } else if (type != PacketType::Publish) {
          EXPECT_EQ(reason, ReasonCode::Success) << first_byte(sample) << " " << flags;
        }
      }
    }
  }
}

TEST(DamagedPackets, NeverCrashADecoderWhateverByteIsChanged) {
  for (const Version version : kAllVersions) {
    for (const Sample& sample : samples_of(version)) {
      const std::size_t header = sample.bytes.size() - frame_of(sample.bytes).body.size();
      for (std::size_t i = header; i < sample.bytes.size(); ++i) {
        for (unsigned value = 0; value < 256; ++value) {
          std::string bytes = sample.bytes;
          bytes[i] = static_cast<char>(value);
          for (const Version other : kAllVersions) reason_for(bytes, other);
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice::mqtt
