#include "mqtt/codec/reason_codes.h"

#include <array>

namespace sluice::mqtt {
namespace {

constexpr std::uint16_t bit(PacketType type) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(type));
}

constexpr std::uint16_t kC = bit(PacketType::Connack);
constexpr std::uint16_t kPublishAcks = bit(PacketType::Puback) | bit(PacketType::Pubrec);
constexpr std::uint16_t kReleaseAcks = bit(PacketType::Pubrel) | bit(PacketType::Pubcomp);
constexpr std::uint16_t kS = bit(PacketType::Suback);
constexpr std::uint16_t kU = bit(PacketType::Unsuback);
constexpr std::uint16_t kD = bit(PacketType::Disconnect);
constexpr std::uint16_t kA = bit(PacketType::Auth);

struct Row {
  std::uint8_t code;
  std::uint16_t packets;
};

// v5 table 2-6. 0x8C is allowed in DISCONNECT there, though table 3-10 leaves it out.
constexpr Row kRows[] = {
    {0x00, kC | kPublishAcks | kReleaseAcks | kS | kU | kD | kA},
    {0x01, kS},
    {0x02, kS},
    {0x04, kD},
    {0x10, kPublishAcks},
    {0x11, kU},
    {0x18, kA},
    {0x19, kA},
    {0x80, kC | kPublishAcks | kS | kU | kD},
    {0x81, kC | kD},
    {0x82, kC | kD},
    {0x83, kC | kPublishAcks | kS | kU | kD},
    {0x84, kC},
    {0x85, kC},
    {0x86, kC},
    {0x87, kC | kPublishAcks | kS | kU | kD},
    {0x88, kC},
    {0x89, kC | kD},
    {0x8A, kC},
    {0x8B, kD},
    {0x8C, kC | kD},
    {0x8D, kD},
    {0x8E, kD},
    {0x8F, kS | kU | kD},
    {0x90, kC | kPublishAcks | kD},
    {0x91, kPublishAcks | kS | kU},
    {0x92, kReleaseAcks},
    {0x93, kD},
    {0x94, kD},
    {0x95, kC | kD},
    {0x96, kD},
    {0x97, kC | kPublishAcks | kS | kD},
    {0x98, kD},
    {0x99, kC | kPublishAcks | kD},
    {0x9A, kC | kD},
    {0x9B, kC | kD},
    {0x9C, kC | kD},
    {0x9D, kC | kD},
    {0x9E, kS | kD},
    {0x9F, kC | kD},
    {0xA0, kD},
    {0xA1, kS | kD},
    {0xA2, kS | kD},
};

constexpr auto kPacketsByCode = [] {
  std::array<std::uint16_t, 256> packets{};
  for (const Row& row : kRows) packets[row.code] = row.packets;
  return packets;
}();

}  // namespace

bool is_reason_code_of(PacketType type, std::uint8_t code) {
  return (kPacketsByCode[code] & bit(type)) != 0;
}

}  // namespace sluice::mqtt
