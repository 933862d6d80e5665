#include "broker/recovery.h"

#include <gtest/gtest.h>

namespace sluice::broker {
namespace {

using storage::Table;

TEST(Recovery, CountsTheMessagesThatWait) {
  Recovery recovery(1);
  SessionRow row;
  row.client_id = "s";
  recovery.on_row(Table::Sessions, number_key(1), encode(row));
  PageWriter page(0);
  StoredMessage message;
  message.topic = "t";
  for (std::uint64_t sequence = 0; sequence < 5; ++sequence) {
    page.message(message);
    page.delivery(1, sequence, mqtt::Qos::AtLeastOnce, false, 0, nullptr);
    page.delivery(2, sequence, mqtt::Qos::AtLeastOnce, false, 0, nullptr);  // has ended
  }
  page.completed(1, 1, 3);
  recovery.on_page(storage::PageId{1} << 32, page.take());

  EXPECT_EQ(recovery.waiting(), 2u);
}

TEST(SessionRow, OfAnEarlierFormatIsRead) {
  const std::string format_2{"\x02\x01s\x3C\x02\x05\x07\x09\x00", 9};

  const auto row = decode_session(format_2);

  ASSERT_TRUE(row);
  EXPECT_EQ(row->client_id, "s");
  EXPECT_EQ(row->expiry_interval, 60u);
  EXPECT_TRUE(row->is_application);
  EXPECT_EQ(row->offline_since, 5);
  EXPECT_EQ(row->sent_end, 7u);
  EXPECT_EQ(row->recheck_below, 9u);
  EXPECT_EQ(row->connected_at, 0);
  EXPECT_EQ(row->address, "");
}

TEST(RetainedRow, OfAnEarlierFormatIsRead) {
  const std::string format_1{"\x01\x05\x00\x01x\x07", 6};

  const auto row = decode_retained("t", format_1);

  ASSERT_TRUE(row);
  EXPECT_EQ(row->message.payload, "x");
  EXPECT_TRUE(row->message.retain);
  EXPECT_EQ(row->publisher, 7u);
  EXPECT_EQ(row->kept_at, 0);
}

/// Keeps what a page says of its messages.
class MessagesOf final : public PageReader {
 public:
  explicit MessagesOf(ByteView page) { is_whole = read(page); }
  void on_message(const StoredMessage& message) override { messages.push_back(message); }

  std::vector<StoredMessage> messages;
  bool is_whole;
};

TEST(Page, SaysWhatATraceKnowsOfTheNextMessageAlone) {
  PageWriter writer(0);
  StoredMessage message;
  message.topic = "t";
  writer.message(message);
  const std::size_t plain = writer.size();
  message.trace_mark = {77, Message::kNumberMax, true};
  writer.message(message);
  message.trace_mark = {};
  const std::size_t marked = writer.size();
  writer.message(message);
  EXPECT_EQ(writer.size() - marked, plain - PageWriter(0).size());
  const std::string bytes = writer.take();

  const MessagesOf page(bytes);

  ASSERT_TRUE(page.is_whole);
  ASSERT_EQ(page.messages.size(), 3u);
  EXPECT_EQ(page.messages[0].trace_mark.number, 0);
  EXPECT_EQ(page.messages[1].trace_mark.publisher, 77u);
  EXPECT_EQ(page.messages[1].trace_mark.number, Message::kNumberMax);
  EXPECT_TRUE(page.messages[1].trace_mark.is_traced);
  EXPECT_EQ(page.messages[2].trace_mark.number, 0);
}

/// The example of docs/reference/storage-format.md.
TEST(Page, WithoutMarksIsAsItWasBeforeThereWereAny) {
  const std::string bytes(
      "\x01\x00\x00\x01\x8B\xCF\xE5\x68\x00\x01\x01\x01\x74\x00\x01\x78\x02\x01\x00\x01\x00", 21);
  PageWriter writer(1'700'000'000'000);
  StoredMessage message;
  message.topic = "t";
  message.payload = "x";
  message.qos = mqtt::Qos::AtLeastOnce;
  writer.message(message);
  writer.delivery(1, 0, mqtt::Qos::AtLeastOnce, false, 0, nullptr);

  EXPECT_EQ(writer.take(), bytes);
  EXPECT_TRUE(MessagesOf(bytes).is_whole);
}

}  // namespace
}  // namespace sluice::broker
