// What an operator sees of Sessions, and how he removes them.

#include "broker/scan.h"
#include "broker/session.h"
#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

using Names = std::vector<std::string>;

const Connect kPersistent{.expiry = 3600};

TEST(SessionSize, StaysThatOfAClassOfTheAllocator) {
  EXPECT_LE(sizeof(Session), 160u);
  EXPECT_LE(sizeof(ServerConnection), 128u);
}

class Inspection : public Scenario {
 protected:
  Operator asker{world};
};
INSTANTIATE_TEST_SUITE_P(Shards, Inspection, ::testing::Values(1U, 3U), shards_name);

TEST_P(Inspection, ListsSessionsByClientIdentifier) {
  for (const char* id : {"c", "a", "d", "b"}) world.connected(id);

  EXPECT_EQ(asker.client_ids(), (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(asker.client_ids({.descending = true}), (Names{"d", "c", "b", "a"}));
}

TEST_P(Inspection, ListsPageByPage) {
  for (int i = 0; i < 10; ++i) world.connected("c" + std::to_string(i));

  const auto page = asker.list_sessions({.slice = {.offset = 4, .limit = 3}});

  EXPECT_EQ(page.total, 10u);
  ASSERT_EQ(page.items.size(), 3u);
  EXPECT_EQ(page.items[0].client_id, "c4");
  EXPECT_EQ(page.items[2].client_id, "c6");
  EXPECT_TRUE(asker.client_ids({.slice = {.offset = 10, .limit = 3}}).empty());
  EXPECT_EQ(asker.list_sessions({.slice = {.offset = 0, .limit = 0}}).total, 10u);
}

TEST_P(Inspection, ListsEqualSessionsByClientIdentifierInEitherDirection) {
  for (const char* id : {"c", "a", "b"}) world.connected(id);
  world.client("with").connect();
  world.client("filter").connect();

  SessionQuery query{.order = SessionOrder::Connected, .descending = true};

  EXPECT_EQ(asker.client_ids(query), (Names{"a", "b", "c", "filter", "with"}));
}

TEST_P(Inspection, FindsSessionsByPartOfTheirName) {
  for (const char* id : {"Meter-1", "meter-2", "lamp"}) world.connected(id);

  EXPECT_EQ(asker.client_ids({.filter = {.client_id = "METER"}}), (Names{"Meter-1", "meter-2"}));
  EXPECT_EQ(asker.client_ids({.filter = {.after = "lamp"}}), (Names{"meter-2"}));
  EXPECT_EQ(asker.client_ids({.filter = {.address = "192.0"}}).size(), 3u);
  EXPECT_TRUE(asker.client_ids({.filter = {.address = "192.1"}}).empty());
}

TEST_P(Inspection, FindsSessionsByTheirState) {
  world.connected("on");
  world.connected("off", kPersistent).drop();
  world.client("resuming").connect({.clean_start = false, .expiry = 3600});

  EXPECT_EQ(asker.client_ids({.filter = {.connected = true}}), (Names{"on", "resuming"}));
  EXPECT_EQ(asker.client_ids({.filter = {.connected = false}}), (Names{"off"}));
  EXPECT_EQ(asker.client_ids({.filter = {.clean_start = false}}), (Names{"resuming"}));
  EXPECT_EQ(asker.count().connected, 2u);
  EXPECT_EQ(asker.count().disconnected, 1u);
}

TEST_P(Inspection, FindsSessionsByTheNumberOfTheirSubscriptions) {
  for (int count = 0; count < 4; ++count) {
    Client& client = world.connected("c" + std::to_string(count));
    for (int i = 0; i < count; ++i) client.subscribe("t/" + std::to_string(i), Q0);
  }
  world.connected("shared").subscribe("$share/g/t", Q0);
  const auto with = [&](Comparison comparison, std::uint64_t count) {
    return asker.client_ids({.filter = {.subscriptions = CountFilter{comparison, count}}});
  };

  EXPECT_EQ(with(Comparison::Equal, 1), (Names{"c1", "shared"}));
  EXPECT_EQ(with(Comparison::NotEqual, 1), (Names{"c0", "c2", "c3"}));
  EXPECT_EQ(with(Comparison::Greater, 2), (Names{"c3"}));
  EXPECT_EQ(with(Comparison::Less, 1), (Names{"c0"}));
  EXPECT_EQ(with(Comparison::GreaterOrEqual, 2), (Names{"c2", "c3"}));
  EXPECT_EQ(with(Comparison::LessOrEqual, 0), (Names{"c0"}));
  EXPECT_EQ(asker.client_ids({.order = SessionOrder::Subscriptions, .descending = true}),
            (Names{"c3", "c2", "c1", "shared", "c0"}));
}

TEST_P(Inspection, FindsSessionsByWhenTheyConnected) {
  world.connected("early");
  world.advance(seconds{10});
  world.connected("late");
  const WallTime late = asker.find("late")->summary.connected_at;

  EXPECT_EQ(asker.find("early")->summary.connected_at, late - 10'000);
  EXPECT_EQ(asker.client_ids({.filter = {.connected_from = late}}), (Names{"late"}));
  EXPECT_EQ(asker.client_ids({.filter = {.connected_to = late - 1}}), (Names{"early"}));
  EXPECT_EQ(asker.client_ids({.order = SessionOrder::ConnectedAt, .descending = true}),
            (Names{"late", "early"}));
}

TEST_P(Inspection, RanksSlowClientsByWhatWaitsForThem) {
  Client& slow = world.connected("slow", kPersistent);
  slow.subscribe("t", Q1);
  world.connected("fast", kPersistent).subscribe("t", Q1);
  slow.stall();
  Client& publisher = world.connected("p");
  for (int i = 0; i < 5; ++i) publisher.publish("t", std::string(100, 'x'), Q1);

  const auto ranked =
      asker.list_sessions({.order = SessionOrder::WaitingBytes, .descending = true});

  EXPECT_EQ(ranked.items[0].client_id, "slow");
  EXPECT_EQ(ranked.items[0].waiting_messages, 5u);
  EXPECT_GT(ranked.items[0].waiting_bytes, 500u);
  EXPECT_EQ(asker.find("fast")->summary.waiting_messages, 0u);
}

TEST_P(Inspection, PassesBySessionsThatEndWhileTheyAreListed) {
  std::vector<Client*> clients;
  for (std::size_t i = 0; i < kScanSlice * world.shards() + 500; ++i) {
    clients.push_back(&world.connected("c" + std::to_string(i)));
  }
  world.by_hand = true;
  std::vector<Excerpt<SessionSummary>> parts;
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    Broker& core = world.broker(static_cast<ShardId>(shard));
    core.list_sessions(
        {.slice = {.limit = 100'000}}, [&](auto part) { parts.push_back(std::move(part)); },
        world.now());
    core.on_mail_drained(world.now());  // the first slice
    world.touched(static_cast<ShardId>(shard));
  }

  for (Client* client : clients) client->drop();
  world.settle_all();

  ASSERT_EQ(parts.size(), world.shards());
  std::uint64_t listed = 0;
  for (const auto& part : parts) {
    EXPECT_LE(part.total, kScanSlice);
    EXPECT_EQ(part.items.size(), part.total);
    listed += part.total;
  }
  EXPECT_GE(listed, kScanSlice);
}

TEST_P(Inspection, ShowsAConnectedClient) {
  Client& client = world.connected(
      "c", {.expiry = 60,
            .keep_alive = 30,
            .receive_maximum = 7,
            .packet_size_max = 5000,
            .will = WillSpec{.topic = "w", .payload = "gone", .qos = Q1, .delay = 5}});
  client.subscribe("b", {.qos = Q1, .no_local = true, .identifier = 9});
  client.subscribe("$share/g/a", Q2);

  const auto details = asker.find("c");

  ASSERT_TRUE(details);
  EXPECT_TRUE(details->summary.is_connected);
  EXPECT_TRUE(details->summary.clean_start);
  EXPECT_EQ(details->summary.address, "192.0.2.1");
  EXPECT_EQ(details->summary.disconnected_at, 0);
  EXPECT_EQ(details->summary.subscriptions, 2u);
  EXPECT_EQ(details->expiry_interval, 60u);
  EXPECT_EQ(details->keep_alive, 30u);
  EXPECT_EQ(details->protocol_version, 5);
  EXPECT_EQ(details->receive_maximum, 7);
  EXPECT_EQ(details->packet_size_max, 5000u);
  ASSERT_TRUE(details->will);
  EXPECT_EQ(details->will->topic, "w");
  EXPECT_EQ(details->will->payload_bytes, 4u);
  EXPECT_EQ(details->will->delay_seconds, 5u);
  ASSERT_EQ(details->subscriptions.size(), 2u);
  EXPECT_EQ(details->subscriptions[0].text(), "$share/g/a");
  EXPECT_EQ(details->subscriptions[1].filter, "b");
  EXPECT_EQ(details->subscriptions[1].maximum_qos, Q1);
  EXPECT_TRUE(details->subscriptions[1].no_local);
  EXPECT_EQ(details->subscriptions[1].identifier, 9u);
  EXPECT_FALSE(asker.find("nobody"));
}

TEST_P(Inspection, CountsWhatAConnectionHasExchanged) {
  Client& client = world.connected("c");
  EXPECT_FALSE(asker.find("c")->statistics);
  client.subscribe("t", Q1);

  client.publish("t", "four", Q1);

  const auto statistics = asker.find("c")->statistics;
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->received[1], 1u);
  EXPECT_EQ(statistics->sent[1], 1u);
  EXPECT_EQ(statistics->received_bytes, 4u);
  EXPECT_EQ(statistics->sent_bytes, 4u);
}

TEST_P(Inspection, NamesASessionByOneIdUntilItsClientConnectsAnew) {
  Client& client = world.connected("c", kPersistent);
  const std::string id = asker.find("c")->summary.id;
  client.drop();
  const std::string offline = asker.list_sessions().items.at(0).id;
  world.advance(seconds{1});
  client.resumes(kPersistent);

  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '8');  // version
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_EQ(offline, id);
  EXPECT_NE(asker.find("c")->summary.id, id);
}

TEST_P(Inspection, KnowsAfterARestartWhenAndFromWhereClientsCame) {
  world.connected("offline", {.clean_start = false, .expiry = 3600}).drop();
  world.connected("cut", kPersistent);
  world.advance(seconds{5});
  const SessionSummary before = asker.find("offline")->summary;
  const WallTime cut_connected_at = asker.find("cut")->summary.connected_at;

  world.restart();

  const SessionSummary after = asker.find("offline")->summary;
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.address, "192.0.2.1");
  EXPECT_EQ(after.connected_at, before.connected_at);
  EXPECT_EQ(after.disconnected_at, before.disconnected_at);
  EXPECT_FALSE(after.clean_start);
  const SessionSummary cut = asker.find("cut")->summary;
  EXPECT_EQ(cut.connected_at, cut_connected_at);
  EXPECT_EQ(cut.disconnected_at, cut_connected_at + 5000);
  EXPECT_EQ(cut.address, "192.0.2.1");
  EXPECT_TRUE(cut.clean_start);
}

TEST_P(Inspection, RemovesSessionsWithTheirConnectionsAndQueues) {
  Client& connected = world.connected("on", kPersistent);
  connected.subscribe("t", Q1);
  Client& offline = world.connected("off", kPersistent);
  offline.subscribe("t", Q1);
  offline.drop();
  world.connected("brief");
  world.connected("p").publish("t", "waits", Q1);

  EXPECT_EQ(asker.remove({"on", "off", "brief", "nobody"}), 3u);

  EXPECT_EQ(connected.disconnect, ReasonCode::AdministrativeAction);
  EXPECT_EQ(asker.client_ids(), (Names{"p"}));
  EXPECT_EQ(world.subscriptions(), 0u);
  world.restart();
  EXPECT_TRUE(asker.client_ids().empty());
  EXPECT_FALSE(offline.resumes(kPersistent));
}

TEST_P(Inspection, TellsOfRemovedSessionsWhenThatIsDurable) {
  world.connected("c", kPersistent).drop();
  world.fail_store(true);

  EXPECT_EQ(asker.remove({"c"}), std::nullopt);

  EXPECT_EQ(asker.remove({"nobody"}), 0u);
}

TEST_P(Inspection, ShowsTheCertificateThatLetAClientIn) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<auth::Verdict> {
    auth::Identity identity;
    identity.provider = auth::ProviderType::X509;
    identity.common_name = "meter-1";
    return auth::Admitted{identity, ""};
  });
  Client& client = world.connected("c", kPersistent);

  EXPECT_EQ(asker.find("c")->common_name, "meter-1");
  client.drop();
  EXPECT_EQ(asker.find("c")->common_name, "meter-1");
}

}  // namespace
}  // namespace sluice::broker
