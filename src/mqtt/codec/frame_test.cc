#include "mqtt/codec/frame.h"

#include <gtest/gtest.h>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using testing::u8;
using testing::vbi;

TEST(Frame, CutsOnePacketOutOfTheStream) {
  const std::string in = u8(0x3B)     // PUBLISH, DUP, QoS 1, RETAIN
                         + u8(3)      // Remaining Length
                         + "abc"      // body
                         + u8(0xC0);  // the next packet
  const FrameResult result = next_frame(in, kLargestPacket);

  ASSERT_EQ(result.status, FrameStatus::Complete);
  EXPECT_EQ(result.frame.type, PacketType::Publish);
  EXPECT_EQ(result.frame.flags, 0x0B);
  EXPECT_EQ(result.frame.body, "abc");
  EXPECT_EQ(result.frame.size, 5U);
}

TEST(Frame, ReadsRemainingLengthAtItsBorders) {
  for (const std::uint32_t length : {0U, 127U, 128U, 16'383U, 16'384U, 2'097'151U, 2'097'152U}) {
    const std::string in = u8(0x30) + vbi(length) + std::string(length, 'x');
    const FrameResult result = next_frame(in, kLargestPacket);
    ASSERT_EQ(result.status, FrameStatus::Complete) << length;
    EXPECT_EQ(result.frame.body.size(), length);
    EXPECT_EQ(result.frame.size, in.size());
  }
}

TEST(Frame, SaysHowManyBytesItNeedsOnceTheHeaderIsThere) {
  const std::string in = u8(0x30) + vbi(200) + std::string(200, 'x');
  for (std::size_t size = 0; size < in.size(); ++size) {
    const FrameResult result = next_frame(ByteView(in).substr(0, size), kLargestPacket);
    ASSERT_EQ(result.status, FrameStatus::Incomplete) << size;
    EXPECT_EQ(result.bytes_needed, size < 3 ? 0 : in.size());
  }
}

TEST(Frame, KnowsTheLargestRemainingLengthFromTheHeader) {
  const FrameResult result = next_frame("\x30\xFF\xFF\xFF\x7F", kLargestPacket);
  EXPECT_EQ(result.status, FrameStatus::Incomplete);
  EXPECT_EQ(result.bytes_needed, kLargestPacket);
}

// v5 1.5.5
TEST(Frame, RefusesAFifthLengthByte) {
  EXPECT_EQ(next_frame("\x30\xFF\xFF\xFF\xFF", kLargestPacket).status, FrameStatus::Malformed);
  EXPECT_EQ(next_frame("\x30\xFF\xFF\xFF", kLargestPacket).status, FrameStatus::Incomplete);
}

// [MQTT5-1.5.5-1]
TEST(Frame, RefusesALengthThatIsNotInItsShortestForm) {
  using namespace std::string_literals;
  EXPECT_EQ(next_frame("\xC0\x80\x00"s, kLargestPacket).status, FrameStatus::Malformed);
  EXPECT_EQ(next_frame("\x30\xFF\x80\x00"s, kLargestPacket).status, FrameStatus::Malformed);
}

TEST(Frame, RefusesPacketTypeZeroAtOnce) {
  EXPECT_EQ(next_frame(u8(0x0F), kLargestPacket).status, FrameStatus::Malformed);
}

TEST(Frame, RefusesWhatIsTooLargeBeforeItsBodyArrives) {
  const std::string header = u8(0x30) + vbi(100);
  EXPECT_EQ(next_frame(header, 101).status, FrameStatus::TooLarge);
  EXPECT_EQ(next_frame(header, 102).status, FrameStatus::Incomplete);
}

}  // namespace
}  // namespace sluice::mqtt
