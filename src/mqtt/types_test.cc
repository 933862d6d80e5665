#include "mqtt/types.h"

#include <gtest/gtest.h>

namespace sluice::mqtt {
namespace {

TEST(ReasonCode, HasTheNameOfTheSpecification) {
  EXPECT_STREQ(to_string(ReasonCode::Success), "Success");
  EXPECT_STREQ(to_string(ReasonCode::QosNotSupported), "QoS not supported");
  EXPECT_STREQ(to_string(static_cast<ReasonCode>(0x03)), "Undefined reason code");
}

// v3.1.1 table 3.1
TEST(ReasonCode, MapsToTheReturnCodesOfVersion3) {
  using enum ReasonCode;
  EXPECT_EQ(to_return_code(Success), ConnectReturnCode::Accepted);
  EXPECT_EQ(to_return_code(UnsupportedProtocolVersion),
            ConnectReturnCode::UnacceptableProtocolVersion);
  EXPECT_EQ(to_return_code(ClientIdentifierNotValid), ConnectReturnCode::IdentifierRejected);
  EXPECT_EQ(to_return_code(ServerBusy), ConnectReturnCode::ServerUnavailable);
  EXPECT_EQ(to_return_code(QuotaExceeded), ConnectReturnCode::ServerUnavailable);
  EXPECT_EQ(to_return_code(BadUserNameOrPassword), ConnectReturnCode::BadUserNameOrPassword);
  EXPECT_EQ(to_return_code(NotAuthorized), ConnectReturnCode::NotAuthorized);
  EXPECT_EQ(to_return_code(Banned), ConnectReturnCode::NotAuthorized);
}

}  // namespace
}  // namespace sluice::mqtt
