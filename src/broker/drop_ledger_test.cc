#include "broker/drop_ledger.h"

#include <gtest/gtest.h>

namespace sluice::broker {
namespace {

DropLedger::Drop drop_of(std::uint64_t client, DropReason reason = DropReason::QueueFull) {
  static std::string id;
  id = "c" + std::to_string(client);
  return {.client = client * 0x1234567, .client_id = id, .reason = reason, .topic = "t"};
}

TEST(DropLedger, CountsByClientAndReason) {
  DropLedger ledger;
  ledger.add(drop_of(1), 1000);
  ledger.add(drop_of(1), 2000);
  ledger.add(drop_of(1, DropReason::Expired), 3000);
  ledger.add(drop_of(2), 4000);

  const auto of_one = ledger.list("c1", 10);
  ASSERT_EQ(of_one.size(), 2u);
  EXPECT_EQ(of_one[0].count, 2u);
  EXPECT_EQ(of_one[0].reason, DropReason::QueueFull);
  EXPECT_EQ(of_one[0].last_at, 2000);
  EXPECT_EQ(of_one[0].last_topic, "t");
  EXPECT_EQ(of_one[1].reason, DropReason::Expired);
  EXPECT_EQ(ledger.list({}, 10).size(), 3u);
  EXPECT_EQ(ledger.list({}, 2).size(), 2u);
}

TEST(DropLedger, CountsWhoFindsNoRoomUnderNoName) {
  DropLedger ledger;
  for (std::uint64_t client = 1; client <= kLedgerMax + 5; ++client) {
    ledger.add(drop_of(client), 1000);
  }

  const auto all = ledger.list({}, 2 * kLedgerMax);
  EXPECT_EQ(all.size(), kLedgerMax + 1);
  EXPECT_EQ(all[0].client_id, "");
  EXPECT_EQ(all[0].count, 5u);
}

TEST(DropLedger, MakesRoomByForgettingWhoWasQuietForLongest) {
  DropLedger ledger;
  for (std::uint64_t client = 1; client <= kLedgerMax; ++client) {
    ledger.add(drop_of(client), static_cast<WallTime>(client));
  }
  ledger.take_news([](const DroppedMessages&, std::uint64_t) {});
  ledger.make_room();

  EXPECT_TRUE(ledger.list("c1", 10).empty());
  EXPECT_EQ(ledger.list("c10000", 10).size(), 1u);
  ledger.add(drop_of(10'000), 20'000);
  ledger.add(drop_of(1), 20'000);
  EXPECT_EQ(ledger.list("c10000", 10)[0].count, 2u);
  EXPECT_EQ(ledger.list("c1", 10)[0].count, 1u);
  EXPECT_EQ(ledger.list({}, 1)[0].count, kLedgerMax / 2) << "the sum stays";
}

TEST(DropLedger, TellsWhatIsNewOnce) {
  DropLedger ledger;
  ledger.add(drop_of(1), 1000);
  ledger.add(drop_of(1), 1000);
  DropLedger::Drop quiet = drop_of(2);
  quiet.is_news = false;
  ledger.add(quiet, 1000);

  std::vector<std::pair<std::string, std::uint64_t>> told;
  const auto note = [&](const DroppedMessages& dropped, std::uint64_t count) {
    told.emplace_back(dropped.client_id, count);
  };
  ledger.take_news(note);
  ledger.take_news(note);

  EXPECT_EQ(told, (std::vector<std::pair<std::string, std::uint64_t>>{{"c1", 2}}));
}

}  // namespace
}  // namespace sluice::broker
