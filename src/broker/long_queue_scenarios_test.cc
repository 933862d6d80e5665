// Queues that are longer than what is held in memory: kept, bounded and read page by page.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.expiry = 3600};

SLUICE_SCENARIOS(LongQueue);

TEST_P(LongQueue, IsReadAsTheClientTakesIt) {
  world.settings.storage.loaded_bytes_max = 4096;
  world.settings.limits.queue_messages_max = 100'000;
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  subscriber.drop();
  Client& publisher = world.connected("p");
  Payloads sent;
  for (int i = 0; i < 3000; ++i) {
    sent.push_back(std::to_string(i) + std::string(60, '.'));
    publisher.publish("t", sent.back(), Q1);
    if (i == 1000) subscriber.resumes({.expiry = 3600, .receive_maximum = 3});
    if (i == 1010) subscriber.stall(0);
    if (i == 2000) subscriber.unstall();
    if (i == 2500) subscriber.drop();
  }
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.payloads(), sent);
}

TEST_P(LongQueue, IsNotOvertakenWhileWhatWasInFlightIsRead) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.acknowledges = false;
  Client& publisher = world.connected("p");
  for (const char* payload : {"1", "2", "3"}) publisher.publish("t", payload, Q1);
  subscriber.drop();
  subscriber.take_payloads();
  subscriber.acknowledges = true;
  world.by_hand = true;
  subscriber.open();
  subscriber.request_connect({.clean_start = false, .expiry = 3600});
  while (!subscriber.connack) ASSERT_TRUE(world.step());

  publisher.request_publish("t", "4", {.qos = Q1});
  world.settle_all();

  EXPECT_EQ(subscriber.payloads(), (Payloads{"1", "2", "3", "4"}));
}

TEST_P(LongQueue, DropsTheOldestOfADevice) {
  world.settings.limits.queue_messages_max = 10;
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 25; ++i) publisher.publish("t", std::to_string(i), Q1);
  world.advance(milliseconds(200));
  world.restart();

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.publications.size(), 10u);
  EXPECT_EQ(subscriber.publications.front().payload, "15");
}

TEST_P(LongQueue, LeavesNothingInTheStoreWhenItIsDrained) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q2);
  Client& publisher = world.connected("p");
  for (int i = 0; i < 2000; ++i) publisher.publish("t", std::string(2000, 'x'), Q1);
  world.advance(seconds(1));

  EXPECT_LT(world.store.pages().size(), 80u);
  world.restart();
  ASSERT_TRUE(subscriber.resumes(kPersistent));
  EXPECT_EQ(subscriber.publications.size(), 2000u);  // none came again
}

TEST_P(LongQueue, OfOneSessionDoesNotKeepThePagesOfAllOthers) {
  Client& away = world.connected("away", kPersistent);
  away.subscribe("rare", Q1);
  away.drop();
  Client& busy = world.connected("busy", kPersistent);
  busy.subscribe("t", Q1);
  Client& publisher = world.connected("p");
  for (int i = 0; i < 40'000; ++i) {
    publisher.publish("t", std::string(1000, 'x'), Q1);
    if (i % 40 == 0) publisher.publish("rare", std::to_string(i), Q1);
    if (i % 4000 == 0) world.advance(seconds(2));
  }
  world.advance(seconds(60));

  EXPECT_LT(world.store.page_bytes(), 40'000u * 1000 / 4);
  world.restart();
  ASSERT_TRUE(away.resumes(kPersistent));
  EXPECT_EQ(away.publications.size(), 1000u);
}

TEST_P(LongQueue, OfAnApplicationIsBoundedByBytesAlone) {
  world.settings.limits.queue_messages_max = 10;
  world.settings.storage.application_bytes_max = 50'000;
  world.settings.clients.application_ids = "app-.*";
  world.restart();  // the expression is read at the start
  Client& subscriber = world.connected("app-1", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 100; ++i) publisher.publish("t", std::string(1000, 'x'), Q1);

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_GT(subscriber.publications.size(), 40u);
  EXPECT_LT(subscriber.publications.size(), 51u);
}

TEST_P(LongQueue, IsNotFullOfRetainedMessages) {
  Client& publisher = world.connected("p");
  publisher.publish("r", std::string(1000, 'r'), {.qos = Q1, .retain = true});
  Client& subscriber = world.connected("s", {.expiry = 3600, .receive_maximum = 2});
  subscriber.acknowledges = false;
  subscriber.subscribe("r", Q1);
  subscriber.subscribe("t", Q1);
  publisher.publish("t", "1", Q1);
  ASSERT_EQ(subscriber.publications.size(), 2u);
  subscriber.ack(PacketType::Puback, subscriber.publications[1].packet_id);
  publisher.publish("t", "2", Q1);
  publisher.publish("t", "3", Q1);

  subscriber.acknowledges = true;
  subscriber.take_payloads();
  subscriber.drop();
  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(world.dropped(DropReason::QueueFull), 0u);
  EXPECT_EQ(subscriber.payloads(), (Payloads{std::string(1000, 'r'), "2", "3"}));
}

TEST_P(LongQueue, WithAPageDamagedAtTheStartLosesItAlone) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 200; ++i) publisher.publish("t", std::string(1000, 'x'), Q1);
  world.advance(milliseconds(200));
  for (const std::ptrdiff_t which : {1, 3}) {
    world.store.damage_page(std::next(world.store.pages().begin(), which)->first);
  }
  world.restart();

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.publications.size() + world.dropped(DropReason::Damaged), 200u);
  EXPECT_GT(world.dropped(DropReason::Damaged), 0u);
}

TEST_P(LongQueue, WithADamagedPageLosesItAlone) {
  Client& subscriber = world.connected("s", kPersistent);
  subscriber.subscribe("t", Q1);
  subscriber.drop();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 200; ++i) publisher.publish("t", std::string(1000, 'x'), Q1);
  const auto& pages = world.store.pages();
  ASSERT_GE(pages.size(), 5u);
  const auto damaged = std::next(pages.begin(), 3)->first;
  world.store.damage_page(damaged);

  ASSERT_TRUE(subscriber.resumes(kPersistent));

  EXPECT_EQ(subscriber.publications.size() + world.dropped(DropReason::Damaged), 200u);
  EXPECT_GT(world.dropped(DropReason::Damaged), 0u);
}

}  // namespace
}  // namespace sluice::broker
