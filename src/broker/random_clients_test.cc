// Clients that do random legal things, and a checker of what they got.
//
// A failure names its seed; the same seed repeats the run.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "broker/testing/world.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {
namespace {

using namespace testing;

const std::vector<std::string> kTopics{"a/b", "a/c", "d"};
const std::vector<std::string> kFilters{"a/b", "a/c", "d", "a/+", "a/#", "#", "+", "+/b"};

/// What was published, and which peers must have it in the end.
struct Published {
  std::size_t publisher;
  std::string topic;
  Qos qos;
  int number;
  std::set<std::size_t> owed_to;
  bool may_be_sent_again = false;
};

struct Peer {
  Client* client = nullptr;
  bool persistent = false;  // the Session outlives the connection, for sure
  bool asked_persistent = false;
  std::map<std::string, Qos> active;  // confirmed by SUBACK
  std::map<std::uint16_t, std::pair<std::string, Qos>> pending;
  std::set<std::string> ever;  // filters that it ever asked for
};

class History {
 public:
  History(std::uint64_t seed, unsigned shards) : random_(seed), world_(shards, seed) {
    world_.by_hand = true;
    for (int i = 0; i < 5; ++i) {
      Peer peer;
      peer.client = &world_.client("client" + std::to_string(i));
      peers_.push_back(peer);
    }
  }

  void play(int steps) {
    for (int i = 0; i < steps; ++i) {
      act(draw(peers_.size()));
      for (std::size_t events = draw(6); events > 0; --events) world_.step();
      observe();
    }
    drain();
  }

  void check() {
    for (const auto& [payload, published] : published_) {
      for (std::size_t peer : published.owed_to) {
        EXPECT_TRUE(has_received(peer, payload)) << "client" << peer << " lost " << payload;
      }
    }
    for (std::size_t peer = 0; peer < peers_.size(); ++peer) check_received(peer);
    for (const Peer& peer : peers_) {
      EXPECT_TRUE(peer.client->sending().empty()) << peer.client->id() << " is stuck";
      EXPECT_EQ(peer.client->unsent(), 0u);
      EXPECT_TRUE(peer.client->unfinished().empty());
    }
    EXPECT_EQ(world_.letters(), 0u);
    EXPECT_EQ(world_.sessions(), peers_.size());
    EXPECT_EQ(world_.dropped(DropReason::QueueFull), 0u);
  }

 private:
  std::size_t draw(std::size_t below) { return random_() % below; }
  Qos draw_qos() { return static_cast<Qos>(draw(3)); }
  const std::string& draw_from(const std::vector<std::string>& all) {
    return all[draw(all.size())];
  }

  void act(std::size_t index) {
    Peer& peer = peers_[index];
    if (!peer.client->is_open()) {
      const bool clean = draw(6) == 0;
      return connect(index, clean, draw(4) != 0);
    }
    const std::size_t what = draw(40);
    if (what == 0) return end(index, true);
    if (!peer.client->is_connected()) return;
    if (what == 1) return end(index, false);
    if (what < 8) return subscribe(peer);
    if (what < 10) return unsubscribe(index);
    if (what == 10) return peer.client->stall(draw(50));
    if (what < 15) return peer.client->unstall();
    publish(index);
  }

  void connect(std::size_t index, bool clean, bool persistent) {
    Peer& peer = peers_[index];
    if (clean || !peer.persistent) forget(index);
    Connect how;
    how.version = draw(2) == 0 ? Version::V5 : Version::V311;
    how.clean_start = clean;
    if (how.version == Version::V5) {
      how.expiry = persistent ? 3600 : 0;
      how.receive_maximum = static_cast<std::uint16_t>(1 + draw(5));
      how.alias_maximum = 0;
    } else {
      how.clean_start = how.clean_start || !persistent;
      if (how.clean_start) forget(index);
    }
    peer.asked_persistent = how.version == Version::V5 ? persistent : !how.clean_start;
    peer.persistent = false;  // until the CONNACK
    peer.client->open();
    peer.client->request_connect(how);
    // Without a CONNACK a Client cannot tell whether the broker forgot a Session that was to end.
    const bool forgets = how.clean_start || !peer.asked_persistent;
    while (forgets && !peer.client->connack && world_.step()) {
    }
  }

  void end(std::size_t index, bool dropped) {
    Peer& peer = peers_[index];
    observe();
    peer.pending.clear();
    if (!peer.persistent) forget(index);
    for (const auto& payload : peer.client->sending()) published_[payload].may_be_sent_again = true;
    dropped ? peer.client->drop() : peer.client->request_leave();
    while (!dropped && peer.client->is_open() && world_.step()) {
    }
  }

  /// The Session may be gone: nothing is certain that it was owed, or that it had not finished.
  void forget(std::size_t index) {
    peers_[index].active.clear();
    peers_[index].pending.clear();
    for (auto& [payload, published] : published_) published.owed_to.erase(index);
    for (const auto& payload : peers_[index].client->sending()) published_[payload].owed_to.clear();
  }

  void subscribe(Peer& peer) {
    const std::string& filter = draw_from(kFilters);
    const Qos qos = draw_qos();
    peer.ever.insert(filter);
    if (qos == Q0) no_longer_owed(peer, filter);
    peer.pending[peer.client->request_subscribe({filter}, {.qos = qos})] = {filter, qos};
  }
  void unsubscribe(std::size_t index) {
    Peer& peer = peers_[index];
    const std::string& filter = draw_from(kFilters);
    no_longer_owed(peer, filter);
    peer.client->request_unsubscribe(filter);
  }
  void no_longer_owed(Peer& peer, const std::string& filter) {
    peer.active.erase(filter);
    std::erase_if(peer.pending, [&](const auto& one) { return one.second.first == filter; });
    const auto index = static_cast<std::size_t>(&peer - peers_.data());
    for (auto& [payload, published] : published_) {
      if (mqtt::matches(filter, published.topic)) published.owed_to.erase(index);
    }
  }

  void publish(std::size_t index) {
    observe();
    Published published{index, draw_from(kTopics), draw_qos(), ++numbers_, {}, false};
    const std::string payload = std::to_string(published.number);
    if (published.qos != Q0) {
      for (std::size_t i = 0; i < peers_.size(); ++i) {
        if (is_owed(peers_[i], published.topic)) published.owed_to.insert(i);
      }
    }
    peers_[index].client->request_publish(published.topic, payload, {.qos = published.qos});
    published_[payload] = std::move(published);
  }
  static bool is_owed(const Peer& peer, const std::string& topic) {
    return std::any_of(peer.active.begin(), peer.active.end(), [&](const auto& one) {
      return one.second != Q0 && mqtt::matches(one.first, topic);
    });
  }

  /// Learns from what arrived.
  void observe() {
    for (Peer& peer : peers_) {
      if (peer.client->is_connected()) peer.persistent = peer.asked_persistent;
      for (const auto& ack : peer.client->subacks) {
        const auto asked = peer.pending.find(ack.packet_id);
        if (ack.type != PacketType::Suback || asked == peer.pending.end()) continue;
        peer.active[asked->second.first] = asked->second.second;
        peer.pending.erase(asked);
      }
      // A connection that ended by itself would be a defect: nothing here breaks the protocol.
      EXPECT_FALSE(peer.client->disconnect) << peer.client->id();
    }
  }

  void drain() {
    world_.by_hand = false;
    world_.settle_all();
    observe();
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      Client& client = *peers_[i].client;
      if (client.is_open()) {
        client.unstall();
        continue;
      }
      if (!peers_[i].persistent) forget(i);
      client.resumes({.expiry = 3600});
    }
    world_.settle_all();
  }

  bool has_received(std::size_t peer, const std::string& payload) const {
    const auto& all = peers_[peer].client->publications;
    return std::any_of(all.begin(), all.end(),
                       [&](const Publication& one) { return one.payload == payload; });
  }

  static std::string describe(std::size_t peer, const Published& published,
                              const Publication& received) {
    return "from client" + std::to_string(published.publisher) + " to client" +
           std::to_string(peer) + ": " + received.payload + " on " + published.topic + ", QoS " +
           std::to_string(static_cast<int>(published.qos)) + " as " +
           std::to_string(static_cast<int>(received.qos)) + (received.dup ? ", DUP," : "");
  }

  void check_received(std::size_t index) {
    const Peer& peer = peers_[index];
    std::map<std::string, int> seen;
    std::map<std::tuple<std::size_t, std::string, Qos, Qos>, int> last;
    for (const Publication& one : peer.client->publications) {
      const auto found = published_.find(one.payload);
      ASSERT_NE(found, published_.end()) << "phantom " << one.payload;
      const Published& published = found->second;
      EXPECT_EQ(one.topic, published.topic);
      EXPECT_TRUE(std::any_of(peer.ever.begin(), peer.ever.end(),
                              [&](const auto& filter) { return mqtt::matches(filter, one.topic); }))
          << "nobody asked for " << one.payload;
      if (++seen[one.payload] > 1) {
        // QoS 1 may be repeated on its way in, without a trace, and on its way out, with DUP.
        const bool may_repeat = published.qos == Q1 || (one.qos == Q1 && one.dup);
        EXPECT_TRUE(may_repeat) << describe(index, published, one) << " came twice";
        continue;
      }
      // With QoS 1 this may be the second copy, the first having come before the subscription.
      if (published.qos == Q1 && published.may_be_sent_again) continue;
      int& newest = last[{published.publisher, published.topic, published.qos, one.qos}];
      EXPECT_LT(newest, published.number) << describe(index, published, one) << " came late";
      newest = std::max(newest, published.number);
    }
  }

  std::mt19937_64 random_;
  World world_;
  std::vector<Peer> peers_;
  std::map<std::string, Published> published_;
  int numbers_ = 0;
};

class RandomClients : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, RandomClients, ::testing::Values(1U, 2U, 3U));

TEST_P(RandomClients, LoseRepeatAndReorderNothing) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History run(seed, GetParam());
    run.play(300);
    run.check();
  }
}

TEST_P(RandomClients, ShareEveryMessageAmongMembersThatComeAndGo) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    World world(GetParam(), seed);
    const Connect persistent{.clean_start = false, .expiry = 3600, .receive_maximum = 2};
    std::vector<Client*> members;
    for (int i = 0; i < 4; ++i) {
      members.push_back(&world.connected("member" + std::to_string(i), persistent));
      members.back()->subscribe("$share/g/t", Q2);
    }
    Client& publisher = world.connected("publisher");
    world.by_hand = true;
    std::map<std::string, Qos> published;
    for (int i = 0; i < 200; ++i) {
      Client& member = *members[random() % members.size()];
      if (random() % 3 == 0) {
        const Qos qos = random() % 2 == 0 ? Q1 : Q2;
        published[std::to_string(i)] = qos;
        publisher.request_publish("t", std::to_string(i), {.qos = qos});
      } else if (random() % 4 == 0) {
        if (member.is_open()) {
          member.drop();
        } else {
          member.open();
          member.request_connect(persistent);
        }
      }
      for (std::uint64_t events = random() % 6; events > 0; --events) world.step();
    }
    world.by_hand = false;
    world.settle_all();
    for (Client* member : members) {
      if (!member->is_open()) member->connect(persistent);
    }

    std::map<std::string, int> received;
    for (Client* member : members) {
      for (const auto& payload : member->payloads()) ++received[payload];
    }
    for (const auto& [payload, qos] : published) {
      EXPECT_GE(received[payload], 1) << payload << " was lost";
      if (qos == Q2) {
        EXPECT_EQ(received[payload], 1) << payload << " was repeated";
      }
    }
    EXPECT_EQ(world.dropped(DropReason::NoShareMember), 0u);
  }
}

}  // namespace
}  // namespace sluice::broker
