#include "broker/in_flight_window.h"

#include <gtest/gtest.h>

#include <array>

#include "broker/testing/messages.h"

namespace sluice::broker {
namespace {

using testing::delivery;
using Stage = InFlightWindow::Stage;

TEST(InFlightWindow, GivesIdentifiersFromOneUpwards) {
  InFlightWindow window;

  for (std::uint16_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(InFlightWindow::id_of(window.end()), id);
    window.add(delivery("x"), window.end());
  }

  EXPECT_EQ(window.count(), 3u);
  EXPECT_EQ(window.sent(), 3u);
}

TEST(InFlightWindow, FindsOnlyWhatIsOpen) {
  InFlightWindow window;
  window.add(delivery("1"), window.end());
  window.add(delivery("2"), window.end());
  window.complete(*window.find(1));

  EXPECT_EQ(window.find(0), nullptr);
  EXPECT_EQ(window.find(1), nullptr);
  ASSERT_NE(window.find(2), nullptr);
  EXPECT_EQ(window.find(2)->delivery.message->payload(), "2");
  EXPECT_EQ(window.find(3), nullptr);
  EXPECT_EQ(window.find(65'535), nullptr);
}

TEST(InFlightWindow, CompletesInAnyOrder) {
  InFlightWindow window;
  for (int i = 0; i < 5; ++i) window.add(delivery("x"), window.end());

  for (const std::uint16_t id : std::array<std::uint16_t, 5>{3, 1, 5, 2, 4}) {
    ASSERT_NE(window.find(id), nullptr);
    window.complete(*window.find(id));
  }

  EXPECT_EQ(window.count(), 0u);
  EXPECT_EQ(InFlightWindow::id_of(window.end()), 6);
}

TEST(InFlightWindow, HoldsNoMessageAfterPubrec) {
  InFlightWindow window;
  window.add(delivery("1"), window.end());
  window.add(delivery("2"), window.end());

  window.release(*window.find(1));

  EXPECT_EQ(window.count(), 2u);
  EXPECT_EQ(window.messages(), 1u);
  EXPECT_EQ(window.find(1)->stage, Stage::Pubrel);
  window.complete(*window.find(1));
  EXPECT_EQ(window.messages(), 1u);
}

TEST(InFlightWindow, WrapsIdentifiersWithoutZero) {
  InFlightWindow window;
  for (int i = 0; i < 65'534; ++i) {
    window.add(delivery("x"), window.end());
    window.complete(*window.find(static_cast<std::uint16_t>(i + 1)));
  }

  EXPECT_EQ(InFlightWindow::id_of(window.end()), 65'535);
  window.add(delivery("last"), window.end());
  EXPECT_EQ(InFlightWindow::id_of(window.end()), 1);
  window.add(delivery("first"), window.end());

  EXPECT_EQ(window.find(65'535)->delivery.message->payload(), "last");
  EXPECT_EQ(window.find(1)->delivery.message->payload(), "first");
}

TEST(InFlightWindow, HasNoRoomWhenTheOldestHoldsTheLastIdentifier) {
  InFlightWindow window;
  for (int i = 0; i < 65'535; ++i) window.add(delivery("x"), window.end());
  EXPECT_FALSE(window.has_room_for(window.end()));

  window.complete(*window.find(2));
  EXPECT_FALSE(window.has_room_for(window.end()));
  window.complete(*window.find(1));

  EXPECT_TRUE(window.has_room_for(window.end()));
  EXPECT_EQ(InFlightWindow::id_of(window.end()), 1);
}

TEST(InFlightWindow, AfterARestartOffersAllThatIsOpenInOrder) {
  InFlightWindow window;
  for (const char* payload : {"1", "2", "3", "4"}) window.add(delivery(payload), window.end());
  window.complete(*window.find(2));
  EXPECT_FALSE(window.next_unsent());

  window.restart();

  EXPECT_EQ(window.sent(), 0u);
  for (const std::uint16_t id : std::array<std::uint16_t, 3>{1, 3, 4}) {
    EXPECT_TRUE(window.has_unsent());
    const auto unsent = window.next_unsent();
    ASSERT_TRUE(unsent);
    EXPECT_EQ(unsent->packet_id, id);
    window.mark_sent(unsent->entry);
  }
  EXPECT_FALSE(window.has_unsent());
  EXPECT_FALSE(window.next_unsent());
}

TEST(InFlightWindow, CountsWhatIsCompletedBeforeItWasSentAgain) {
  InFlightWindow window;
  window.add(delivery("1"), window.end());
  window.add(delivery("2"), window.end());
  window.restart();

  window.complete(*window.find(1));

  EXPECT_EQ(window.count(), 1u);
  EXPECT_EQ(window.sent(), 0u);
  ASSERT_TRUE(window.next_unsent());
  EXPECT_EQ(window.next_unsent()->packet_id, 2);
}

TEST(InFlightWindow, VisitsOpenEntriesInOrder) {
  InFlightWindow window;
  for (const char* payload : {"1", "2", "3"}) window.add(delivery(payload), window.end());
  window.complete(*window.find(2));

  std::vector<std::uint16_t> ids;
  window.for_each([&](InFlightWindow::Entry& entry, std::uint16_t id) {
    EXPECT_EQ(entry.stage, Stage::Publish);
    ids.push_back(id);
  });

  EXPECT_EQ(ids, (std::vector<std::uint16_t>{1, 3}));
}

}  // namespace
}  // namespace sluice::broker
