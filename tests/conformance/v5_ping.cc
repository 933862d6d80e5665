#include "support/conformance.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT5_3_12_4_1, PingreqIsAnsweredWithPingresp) {
  Peer client = connected("client");

  client.sends(pingreq());

  EXPECT_EQ(client.receives(PacketType::Pingresp).bytes, hex("d0 00"));
}

}  // namespace sluice::conformance
