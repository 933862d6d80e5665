#include "conformance/v3_common.h"

namespace sluice::conformance {

// Covers: MQTT311-3.1.2-11
CONFORMANCE_TEST(MQTT311_3_1_2_13, WillQosWithoutWillFlagClosesTheConnection) {
  peer().sends(v311(connect("client")).flags(0x0A)).expects_closed();
  peer().sends(v311(connect("client")).flags(0x12)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_15, WillRetainWithoutWillFlagClosesTheConnection) {
  peer().sends(v311(connect("client")).flags(0x22)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_11, WillFieldsWithoutWillFlagCloseTheConnection) {
  peer().sends(v311(connect("client")).will(Will(topic("w"), "gone")).flags(0x02)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_9, WillFlagWithoutItsFieldsClosesTheConnection) {
  const std::string without_both = text(id("client"));
  const std::string without_message = text(id("client")) + text(topic("will"));
  for (const auto& payload : {without_both, without_message}) {
    Peer client = peer();
    client.sends_bytes(frame(0x10, connect_body(0x06, payload))).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_1_2_14, WillQosThreeClosesTheConnection) {
  peer().sends(v311(connect("client")).will(Will(topic("w"), "gone")).flags(0x1E)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_18, UserNameWithoutItsFlagClosesTheConnection) {
  peer().sends(v311(connect("client")).user_name("user").flags(0x02)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_19, UserNameFlagWithoutUserNameClosesTheConnection) {
  peer().sends(v311(connect("client")).flags(0x82)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_20, PasswordWithoutItsFlagClosesTheConnection) {
  peer()
      .sends(v311(connect("client")).user_name("user").password("secret").flags(0x82))
      .expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_21, PasswordFlagWithoutPasswordClosesTheConnection) {
  peer().sends(v311(connect("client")).user_name("user").flags(0xC2)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_22, PasswordWithoutUserNameClosesTheConnection) {
  peer().sends(v311(connect("client")).password("secret")).expects_closed();
}

}  // namespace sluice::conformance
