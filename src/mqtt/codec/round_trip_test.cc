#include <gtest/gtest.h>

#include "mqtt/codec/codec_testing.h"
#include "mqtt/codec/random_packets_for_test.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

/// Checks that what `draw` makes survives encoding and decoding.
template <class Packet, class Decode>
void expect_survives(Version version, Packet (RandomPackets::*draw)(), const Decode& decode) {
  EXPECT_TRUE(rc::check([&] {
    RandomPackets random(version);
    const Packet packet = (random.*draw)();
    const std::string bytes = encoded(packet, version);
    const auto decoded = decode(frame_of(bytes));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == packet);
  }));
}

class RoundTrip : public ::testing::TestWithParam<Version> {};

INSTANTIATE_TEST_SUITE_P(Versions, RoundTrip,
                         ::testing::Values(Version::V31, Version::V311, Version::V5),
                         [](const auto& version) {
                           return "V" + std::to_string(static_cast<int>(version.param));
                         });

TEST_P(RoundTrip, KeepsConnect) {
  expect_survives(GetParam(), &RandomPackets::connect, decode_connect);
}

TEST_P(RoundTrip, KeepsConnack) {
  expect_survives(GetParam(), &RandomPackets::connack,
                  [](const Frame& frame) { return decode_connack(frame, GetParam()); });
}

TEST_P(RoundTrip, KeepsPublish) {
  expect_survives(GetParam(), &RandomPackets::publish,
                  [](const Frame& frame) { return decode_publish(frame, GetParam(), true); });
}

TEST_P(RoundTrip, KeepsAcknowledgements) {
  expect_survives(GetParam(), &RandomPackets::ack,
                  [](const Frame& frame) { return decode_ack(frame, GetParam()); });
}

TEST_P(RoundTrip, KeepsSubscribe) {
  expect_survives(GetParam(), &RandomPackets::subscribe,
                  [](const Frame& frame) { return decode_subscribe(frame, GetParam()); });
}

TEST_P(RoundTrip, KeepsUnsubscribe) {
  expect_survives(GetParam(), &RandomPackets::unsubscribe,
                  [](const Frame& frame) { return decode_unsubscribe(frame, GetParam()); });
}

TEST_P(RoundTrip, KeepsSubackAndUnsuback) {
  expect_survives(GetParam(), &RandomPackets::subscribe_ack,
                  [](const Frame& frame) { return decode_subscribe_ack(frame, GetParam()); });
}

TEST_P(RoundTrip, KeepsDisconnect) {
  expect_survives(GetParam(), &RandomPackets::disconnect,
                  [](const Frame& frame) { return decode_disconnect(frame, GetParam()); });
}

// AUTH came with version 5.
TEST(RoundTripOfVersion5, KeepsAuth) {
  expect_survives(Version::V5, &RandomPackets::auth, decode_auth);
}

}  // namespace
}  // namespace sluice::mqtt
