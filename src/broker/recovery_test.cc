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

}  // namespace
}  // namespace sluice::broker
