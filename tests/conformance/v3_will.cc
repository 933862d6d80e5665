#include <chrono>

#include "conformance/v3_common.h"

namespace sluice::conformance {

// A Will that must not come cannot be waited for. So these tests let a later Will of the same
// Client, which the same part of the broker sends, come as the next message.

CONFORMANCE_TEST(MQTT311_3_1_2_8, WillIsPublishedWhenTheNetworkFails) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"), Qos::ExactlyOnce);
  Peer client =
      connected(v311(connect("client")).will(Will(topic("will"), "gone", Qos::AtLeastOnce)));

  client.vanishes();

  const Received will = watcher.receives_message("gone");
  EXPECT_EQ(will.topic, topic("will"));
  EXPECT_EQ(will.qos, Qos::AtLeastOnce);
}

CONFORMANCE_TEST(MQTT311_3_1_2_8, WillIsPublishedAfterAProtocolViolation) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v311(connect("client")).will(Will(topic("will"), "gone")));

  client.sends(raw(frame(0xC1, ""))).expects_closed();

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT311_3_1_2_8, EmptyWillMessageIsPublished) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v311(connect("client")).will(Will(topic("will"), "")));

  client.vanishes();

  watcher.receives_message("");
}

CONFORMANCE_TEST(MQTT311_3_1_2_10, WillIsNotPublishedASecondTime) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  connected(v311_kept(connect("client")).will(Will(topic("will"), "first"))).vanishes();
  watcher.receives_message("first");

  connected(v311_kept(connect("client"))).vanishes();
  connected(v311_kept(connect("client")).will(Will(topic("will"), "third"))).vanishes();

  watcher.receives_message("third");
}

CONFORMANCE_TEST(MQTT311_3_1_2_12, ConnectionWithoutWillFlagPublishesNoWill) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  connected(v311_kept(connect("client")).will(Will(topic("will"), "first"))).disconnects();

  connected(v311_kept(connect("client"))).vanishes();
  connected(v311_kept(connect("client")).will(Will(topic("will"), "third"))).vanishes();

  watcher.receives_message("third");
}

CONFORMANCE_TEST(MQTT311_3_14_4_3, DisconnectDropsTheWill) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));

  connected(v311(connect("client")).will(Will(topic("will"), "first"))).disconnects();
  connected(v311(connect("client")).will(Will(topic("will"), "second"))).vanishes();

  watcher.receives_message("second");
}

CONFORMANCE_TEST(MQTT311_3_1_2_16, WillRetainZeroLeavesNoRetainedMessage) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  connected(v311(connect("client")).will(Will(topic("will"), "gone"))).vanishes();

  EXPECT_FALSE(watcher.receives_message("gone").retain);
  connected(v311(connect("late"))).subscribed(topic("will")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_1_2_17, WillRetainOneBecomesTheRetainedMessage) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  connected(v311(connect("client")).will(Will(topic("will"), "gone").retain())).vanishes();
  watcher.receives_message("gone");

  Peer late = connected(v311(connect("late")));
  late.subscribed(topic("will"));

  EXPECT_TRUE(late.receives_message("gone").retain);
}

CONFORMANCE_TEST(MQTT311_3_1_2_24, SilenceOfOneAndAHalfKeepAliveEndsTheConnection) {
  using std::chrono::steady_clock;
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v311(connect("client")).keep_alive(1).will(Will(topic("will"), "gone")));
  client.expects_nothing_more();
  const auto last_packet = steady_clock::now();

  client.expects_closed();

  const std::chrono::duration<double> silence = steady_clock::now() - last_packet;
  EXPECT_GE(silence.count(), 1.45);
  EXPECT_LE(silence.count(), 3.0);
  watcher.receives_message("gone");
}

}  // namespace sluice::conformance
