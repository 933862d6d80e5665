#include "net/output_queue.h"

#include <gtest/gtest.h>

#include <array>

namespace sluice::net {
namespace {

std::string gathered(const OutputQueue& queue) {
  std::array<iovec, 16> pieces;
  std::string bytes;
  for (std::size_t i = 0, count = queue.gather(pieces); i < count; ++i) {
    bytes.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  }
  return bytes;
}

TEST(OutputQueue, GivesBytesBackInOrder) {
  OutputQueue queue;
  queue.append({"hello ", nullptr}, 0);
  queue.append({"world", nullptr}, 0);

  EXPECT_EQ(gathered(queue), "hello world");
  EXPECT_EQ(queue.size(), 11U);
}

TEST(OutputQueue, SkipsWhatTheSocketHasTaken) {
  OutputQueue queue;
  queue.append({"abc", nullptr}, 2);
  queue.append({"abc", nullptr}, 3);

  EXPECT_EQ(gathered(queue), "c");
}

TEST(OutputQueue, ConsumesAcrossChunks) {
  OutputQueue queue;
  const std::string large(60'000, 'x');
  queue.append({large, nullptr}, 0);
  queue.append({large, nullptr}, 0);
  queue.append({"tail", nullptr}, 0);

  queue.consume(100'000);
  EXPECT_EQ(queue.size(), 20'004U);
  queue.consume(20'002);
  EXPECT_EQ(gathered(queue), "il");
  queue.consume(2);
  EXPECT_EQ(queue.gather({}), 0U);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(OutputQueue, KeepsLargePiecesOfAMessageByReference) {
  broker::MessageParts parts;
  const std::string payload(1000, 'p');
  parts.payload = payload;
  const broker::MessagePtr message = broker::Message::make(parts);
  OutputQueue queue;
  queue.append({message->payload(), message}, 10);
  std::array<iovec, 2> pieces;

  ASSERT_EQ(queue.gather(pieces), 1U);
  EXPECT_EQ(pieces[0].iov_base, message->payload().data() + 10);
}

}  // namespace
}  // namespace sluice::net
