#include "broker/subscriber_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::broker {
namespace {

/// A list holds addresses only, so the tests need no Sessions.
Session& session(std::uintptr_t number) {
  return *reinterpret_cast<Session*>(number * 64);
}

std::vector<std::uint32_t> slots(SubscriberList& list) {
  std::vector<std::uint32_t> all;
  for (Subscriber& one : list) all.push_back(one.slot());
  return all;
}

TEST(SubscriberList, GrowsFromOneInPlaceToMany) {
  SubscriberList list;
  EXPECT_TRUE(list.empty());

  std::vector<std::uint32_t> expected;
  for (std::uint32_t i = 1; i <= 100; ++i) {
    list.push_back(Subscriber(session(i), {}, i));
    expected.push_back(i);
    ASSERT_EQ(slots(list), expected);
  }

  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(&list[i].session(), &session(i + 1));
}

TEST(SubscriberList, FillsAGapWithItsLast) {
  SubscriberList list;
  for (std::uint32_t i = 1; i <= 4; ++i) list.push_back(Subscriber(session(i), {}, i));

  list.remove(1);
  EXPECT_EQ(slots(list), (std::vector<std::uint32_t>{1, 4, 3}));
  list.remove(2);
  EXPECT_EQ(slots(list), (std::vector<std::uint32_t>{1, 4}));
  list.remove(0);
  list.remove(0);

  EXPECT_TRUE(list.empty());
}

TEST(Subscriber, PacksItsOptions) {
  for (auto qos : {mqtt::Qos::AtMostOnce, mqtt::Qos::AtLeastOnce, mqtt::Qos::ExactlyOnce}) {
    for (int flags = 0; flags < 4; ++flags) {
      for (std::uint32_t identifier : {0u, 1u, 268'435'455u}) {
        const bool no_local = (flags & 1) != 0;
        const bool as_published = (flags & 2) != 0;

        const Subscriber one(session(1), {qos, no_local, as_published, identifier}, 7);

        EXPECT_EQ(one.maximum_qos(), qos);
        EXPECT_EQ(one.no_local(), no_local);
        EXPECT_EQ(one.retain_as_published(), as_published);
        EXPECT_EQ(one.identifier(), identifier);
        EXPECT_EQ(one.slot(), 7u);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::broker
