// Class: use after free, and other races, of publish against disconnect, takeover and expiry.
// NanoMQ #1165, #2115, #2117, mosquitto #3702, CVE-2018-12543, CVE-2021-28166. The sanitizers
// judge.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <random>
#include <thread>

#include "security/administration.h"

namespace sluice::security {
namespace {

constexpr unsigned kThreads = 4;
constexpr unsigned kIdentifiers =
    6;  // fewer than come and go at a time, so they take each other over

std::string identifier(unsigned number) {
  return "racer" + std::to_string(number % kIdentifiers);
}

/// One Client's short life; whatever ends it early is what the test wants.
void live(const TestBroker& broker, std::mt19937& random) {
  const unsigned number = static_cast<unsigned>(random());
  const Version version = number % 3 == 0 ? Version::V311 : Version::V5;
  Connect connect = Connect(identifier(number)).version(version).clean_start(number % 5 == 0);
  connect.will(Will("race/will", "gone", Qos::AtLeastOnce));
  if (version == Version::V5) connect.session_expiry(number % 7 == 0 ? 1 : 600);
  Peer peer = broker.peer(number % 4 == 0 ? Transport::WebSocket : Transport::Tcp);
  peer.sends(connect);
  peer.sends(subscribe(1, {{.filter = "race/#", .qos = Qos::ExactlyOnce}}));
  for (PacketId id = 2; id < 12; ++id) {
    const auto qos = static_cast<Qos>(random() % 3);
    Publish message = publish("race/" + identifier(id), std::string(random() % 2000, 'x'), qos,
                              qos == Qos::AtMostOnce ? PacketId{0} : id);
    if (random() % 4 == 0) message.retain();
    peer.sends(message);
  }
  switch (random() % 4) {
    case 0:
      return;  // cut while everything is under way
    case 1:
      return peer.vanishes();
    case 2:
      peer.sends(disconnect());
      return;
    default:
      peer.expects_connack();
      for (int i = 0; i < 10; ++i) {
        const Received packet = peer.receives();
        if (packet.type == PacketType::Publish) peer.acknowledges(packet);
      }
  }
}

/// How many lives were cut short: taken over, kicked, or in the middle of others' packets.
std::atomic<unsigned> cut_short = 0;

/// seed  so that a thread plays the same lives each time; how they mix is up to the machine
void race(const TestBroker& broker, unsigned seed, unsigned lives) {
  std::mt19937 random(seed);
  for (unsigned i = 0; i < lives; ++i) {
    try {
      live(broker, random);
    } catch (const Surprise&) {
      ++cut_short;
    }
  }
}

void kick(const Administration& administration, const std::atomic<bool>& goes_on) {
  for (unsigned i = 0; goes_on; ++i) {
    administration.ask("DELETE", "/api/client-session/disconnect?clientId=" + identifier(i));
  }
}

TEST(RacesOfPublishAndDisconnect, HurtNeitherBrokerNorSession) {
  TestBroker broker(
      {.settings = {"auth.allow_anonymous=true", "mqtt.receive_max=100"}, .is_guarded = true});
  const Administration administration(broker);
  std::atomic<bool> goes_on = true;
  std::thread kicker([&] { kick(administration, goes_on); });
  std::vector<std::thread> racers;
  for (unsigned i = 0; i < kThreads; ++i)
    racers.emplace_back([&, i] { race(broker, i, kIsSanitized ? 300 : 1500); });
  for (std::thread& racer : racers) racer.join();
  goes_on = false;
  kicker.join();
  EXPECT_GT(cut_short, 50U) << "they have hardly met";

  broker.expect_service();
  for (unsigned i = 0; i < kIdentifiers; ++i) {
    Peer peer = broker.connected(Connect(identifier(i)).clean_start(true));
    peer.subscribed("own/" + identifier(i), Qos::ExactlyOnce);
    peer.published("own/" + identifier(i), "still whole", Qos::AtLeastOnce);
    peer.receives_message("still whole");
  }
}

TEST(RacesOfPublishAndDisconnect, LeaveAStoreThatOpens) {
  TestBroker broker;
  std::vector<std::thread> racers;
  for (unsigned i = 0; i < kThreads; ++i)
    racers.emplace_back([&, i] { race(broker, 10 + i, kIsSanitized ? 100 : 500); });
  for (std::thread& racer : racers) racer.join();

  EXPECT_EQ(WEXITSTATUS(broker.stop()), 0);
  broker.start();

  broker.expect_service();
}

}  // namespace
}  // namespace sluice::security
