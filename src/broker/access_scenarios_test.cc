// Who gets in: verdicts, exchanges of AUTH packets, blocked Clients, tokens, rates.

#include "auth/rule_book.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

using auth::Admitted;
using auth::Challenge;
using auth::CredentialsChange;
using auth::Identity;
using auth::Refused;
using auth::Verdict;

constexpr ReasonCode code(std::uint8_t number) {
  return static_cast<ReasonCode>(number);
}

Identity identity(const std::string& credentials) {
  Identity made;
  made.provider = auth::ProviderType::Basic;
  made.credentials_id = credentials;
  return made;
}

auth::RuleText only(const std::string& filter) {
  const auth::RuleList list{{}, {{true, filter}}};
  return {list, list};
}

SLUICE_SCENARIOS(Access);

TEST_P(Access, LetsNobodyInWithoutProviderAndPermission) {
  world.set_policy({});

  Client& client = world.client("c");

  EXPECT_FALSE(client.connect());
  EXPECT_EQ(code(client.connack->code), ReasonCode::NotAuthorized);
  ASSERT_EQ(world.refused_clients.size(), 1u);
  EXPECT_EQ(world.refused_clients[0].client_id, "c");
}

TEST_P(Access, AsksTheProvidersWithWhatTheClientSays) {
  std::optional<auth::ConnectRequest> asked;
  world.ask([&](const auth::ConnectRequest& request) -> std::optional<Verdict> {
    asked = request;
    return Admitted{identity("1"), ""};
  });

  EXPECT_TRUE(world.client("c").connect({.user_name = "u", .password = "p"}));

  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->client_id, "c");
  EXPECT_EQ(asked->username, "u");
  EXPECT_EQ(asked->password, "p");
  EXPECT_EQ(asked->peer.address, "192.0.2.1");
}

TEST_P(Access, RefusesWithTheReasonOfTheVerdict) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> {
    return Refused{ReasonCode::NotAuthorized, "wrong password"};
  });
  Client& modern = world.client("m");
  Client& old = world.client("o");

  EXPECT_FALSE(modern.connect({.user_name = "u", .password = "p"}));
  EXPECT_FALSE(old.connect({.version = Version::V311}));

  EXPECT_EQ(code(modern.connack->code), ReasonCode::NotAuthorized);
  EXPECT_EQ(old.connack->code, 5);
  ASSERT_EQ(world.refused_clients.size(), 2u);
  EXPECT_EQ(world.refused_clients[0].reason, "wrong password");
  EXPECT_TRUE(world.refused_clients[0].password_provided);
  EXPECT_EQ(world.sessions(), 0u);
}

TEST_P(Access, TakesWhatTheClientSentBehindConnectOnceItIsIn) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> {
    return Admitted{identity("1"), ""};
  });
  Client& watcher = world.connected("w");
  watcher.subscribe("t", Q1);
  Client& client = world.client("c");

  client.open();
  client.request_connect({});
  client.request_publish("t", "early", {.qos = Q1});
  world.settle();

  EXPECT_EQ(watcher.payloads(), Payloads{"early"});
}

TEST_P(Access, DropsWhatTheClientSentBehindConnectIfItIsRefused) {
  Client& watcher = world.connected("w");
  watcher.subscribe("t", Q1);
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return Refused{}; });
  Client& client = world.client("c");

  client.open();
  client.request_connect({});
  client.request_publish("t", "early", {.qos = Q1});
  world.settle();

  EXPECT_TRUE(watcher.payloads().empty());
  EXPECT_FALSE(client.is_open());
}

TEST_P(Access, AClientThatLeftWhileItWasAskedAboutIsForgotten) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return std::nullopt; });
  Client& client = world.client("c");
  client.connect();

  client.drop();

  EXPECT_EQ(world.cancelled.size(), 1u);
  EXPECT_EQ(world.sessions(), 0u);
}

TEST_P(Access, AVerdictThatNeverComesEndsTheWait) {
  world.settings.auth.timeout = seconds(10);
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return std::nullopt; });
  Client& client = world.client("c");
  client.connect();
  ASSERT_TRUE(client.is_open());

  world.advance(seconds(16));

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(code(client.connack->code), ReasonCode::ServerUnavailable);
  EXPECT_EQ(world.refused(RefusalReason::Authenticator), 1u);
}

TEST_P(Access, WaitsForTheProvidersLongerThanForConnect) {
  world.settings.mqtt.connect_timeout = seconds(5);
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return std::nullopt; });
  Client& client = world.client("c");
  client.connect();

  world.advance(seconds(30));

  EXPECT_TRUE(client.is_open());
}

TEST_P(Access, LeadsAnExchangeOfAuthPackets) {
  world.ask([](const auth::ConnectRequest& request) -> std::optional<Verdict> {
    EXPECT_EQ(request.method, "SCRAM-SHA-256");
    EXPECT_EQ(request.data, "client-first");
    return Challenge{"server-first"};
  });
  world.on_auth_data = [](const std::string& data) -> Verdict {
    EXPECT_EQ(data, "client-final");
    return Admitted{identity("1"), "server-final"};
  };
  Client& client = world.client("c");
  client.connect({.method = "SCRAM-SHA-256", .data = "client-first"});
  ASSERT_EQ(client.auths,
            (std::vector<Auth>{{ReasonCode::ContinueAuthentication, "server-first"}}));
  EXPECT_FALSE(client.connack);

  client.send_auth(ReasonCode::ContinueAuthentication, "client-final");

  ASSERT_TRUE(client.is_connected());
  EXPECT_EQ(client.connack->properties.authentication_method.value_or(""), "SCRAM-SHA-256");
}

TEST_P(Access, AnotherPacketThanAuthEndsAnExchange) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return Challenge{"x"}; });
  Client& client = world.client("c");
  client.connect({.method = "SCRAM-SHA-256", .data = "client-first"});

  client.publish("t", "x", Q0);

  EXPECT_FALSE(client.is_open());
  EXPECT_FALSE(client.connack && client.connack->code == 0);
}

TEST_P(Access, AClientThatNeverAnswersAChallengeIsClosed) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> { return Challenge{"x"}; });
  Client& client = world.client("c");
  client.connect({.method = "SCRAM-SHA-256", .data = "client-first"});

  world.advance(seconds(6));

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(world.refused(RefusalReason::ConnectTimeout), 1u);
}

TEST_P(Access, AClientMayAuthenticateAgainAndGetsOtherRules) {
  auth::RuleText rules = only("a/#");
  world.ask([&](const auth::ConnectRequest&) -> std::optional<Verdict> {
    Identity who = identity("1");
    who.rules = auth::RuleBook::of(rules)->rules_for({});
    return Admitted{who, "done"};
  });
  Client& client = world.client("c");
  client.connect({.method = "JWT", .data = "token"});
  client.subscribe("a/b", Q1);
  rules = only("z");

  client.send_auth(ReasonCode::Reauthenticate, "another token");

  EXPECT_EQ(client.auths, (std::vector<Auth>{{ReasonCode::Success, "done"}}));
  EXPECT_TRUE(client.is_open());
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(Access, AClientThatFailsToAuthenticateAgainIsClosed) {
  bool is_first = true;
  world.ask([&](const auth::ConnectRequest&) -> std::optional<Verdict> {
    if (std::exchange(is_first, false)) return Admitted{identity("1"), ""};
    return Refused{};
  });
  Client& client = world.client("c");
  client.connect({.method = "JWT", .data = "token"});

  client.send_auth(ReasonCode::Reauthenticate, "bad");

  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(client.disconnect, ReasonCode::NotAuthorized);
}

TEST_P(Access, AuthWithoutAMethodIsAProtocolError) {
  Client& client = world.connected("c");

  client.send_auth(ReasonCode::Reauthenticate, "x");

  EXPECT_EQ(client.disconnect, ReasonCode::ProtocolError);
}

TEST_P(Access, ATokenThatExpiresEndsTheConnection) {
  world.ask([&](const auth::ConnectRequest&) -> std::optional<Verdict> {
    Identity who = identity("1");
    who.expires = 1'000'000'000 + world.now().time_since_epoch().count() + 60'000;
    return Admitted{who, ""};
  });
  Client& client = world.client("c");
  client.connect();
  world.advance(seconds(59));
  ASSERT_TRUE(client.is_open());

  world.advance(seconds(2));

  EXPECT_EQ(client.disconnect, ReasonCode::NotAuthorized);
  EXPECT_EQ(world.refused(RefusalReason::TokenExpired), 1u);
}

TEST_P(Access, AClientThatComesBackWithALaterTokenStays) {
  std::int64_t life = 60'000;
  world.ask([&](const auth::ConnectRequest&) -> std::optional<Verdict> {
    Identity who = identity("1");
    who.expires = 1'000'000'000 + world.now().time_since_epoch().count() + life;
    return Admitted{who, ""};
  });
  Client& client = world.client("c");
  client.connect({.method = "JWT", .data = "token"});
  life = 600'000;

  client.send_auth(ReasonCode::Reauthenticate, "token");
  world.advance(seconds(120));

  EXPECT_TRUE(client.is_open());
}

TEST_P(Access, BlockedClientsAreRefusedAndClosed) {
  Client& blocked = world.connected("bad");
  Client& other = world.connected("good");
  auth::Policy policy;
  policy.allows_anonymous = true;
  policy.block_list = *auth::BlockList::make({{.value = "bad"}});

  world.set_policy(policy);

  EXPECT_EQ(blocked.disconnect, ReasonCode::AdministrativeAction);
  EXPECT_FALSE(blocked.is_open());
  EXPECT_TRUE(other.is_open());
  EXPECT_FALSE(blocked.connect());
  EXPECT_EQ(code(blocked.connack->code), ReasonCode::Banned);
  EXPECT_FALSE(blocked.connect({.version = Version::V311}));
  EXPECT_EQ(blocked.connack->code, 5);
  EXPECT_EQ(world.refused_clients.back().reason, "blocked");
}

TEST_P(Access, AClientBlockedWhileItWasAskedAboutIsRefused) {
  world.ask([&](const auth::ConnectRequest&) -> std::optional<Verdict> { return Challenge{"x"}; });
  world.on_auth_data = [](const std::string&) -> Verdict { return Admitted{identity("1"), ""}; };
  Client& client = world.client("bad");
  client.connect({.method = "M", .data = "d"});
  auth::Policy policy;
  policy.asks_providers = true;
  policy.block_list = *auth::BlockList::make({{.value = "bad"}});
  world.set_policy(policy);

  client.send_auth(ReasonCode::ContinueAuthentication, "d");

  EXPECT_EQ(code(client.connack->code), ReasonCode::Banned);
}

TEST_P(Access, DeletedCredentialsCloseTheirClientsOnly) {
  world.ask([](const auth::ConnectRequest& request) -> std::optional<Verdict> {
    return Admitted{identity(request.client_id), ""};
  });
  Client& observer = world.connected("observer");
  observer.subscribe("t", Q1);
  Client& gone = world.client("gone");
  gone.connect({.will = WillSpec{"t", "will"}});

  EXPECT_TRUE(world.change({{CredentialsChange::Kind::Gone, "gone", {}, nullptr}}));

  EXPECT_EQ(gone.disconnect, ReasonCode::NotAuthorized);
  EXPECT_TRUE(observer.is_open());
  EXPECT_TRUE(observer.payloads().empty());  // its Will went with its rights
}

TEST_P(Access, AChangedProviderClosesItsClients) {
  world.ask([](const auth::ConnectRequest& request) -> std::optional<Verdict> {
    Identity who = identity("");
    if (request.client_id == "jwt") who.provider = auth::ProviderType::Jwt;
    return Admitted{who, ""};
  });
  Client& jwt = world.connected("jwt");
  Client& basic = world.connected("basic");

  world.change({{CredentialsChange::Kind::Provider, "", auth::ProviderType::Jwt, nullptr}});

  EXPECT_FALSE(jwt.is_open());
  EXPECT_TRUE(basic.is_open());
}

TEST_P(Access, AMemberThatMayNoMoreGivesItsPartToTheOthers) {
  world.ask([](const auth::ConnectRequest& request) -> std::optional<Verdict> {
    return Admitted{identity(request.client_id), ""};
  });
  Client& first = world.client("first");
  first.connect({.expiry = 3600});
  first.subscribe("$share/g/t", Q1);
  first.acknowledges = false;
  world.connected("p").publish("t", "x", Q1);
  Client& second = world.connected("second");
  second.subscribe("$share/g/t", Q1);

  world.change({{CredentialsChange::Kind::Rules, "first", {}, auth::RuleBook::of(only("z"))}});

  EXPECT_EQ(second.payloads(), Payloads{"x"});
}

TEST_P(Access, PublishesBeyondARateAreRefusedByVersionAndQos) {
  world.settings.rate_limits.incoming_publish_enabled = true;
  world.settings.rate_limits.incoming_publish = "2:10";
  world.restart();
  Client& modern = world.connected("m");
  Client& watcher = world.connected("w");
  watcher.subscribe("t", Q1);
  modern.publish("t", "1", Q1);
  modern.publish("t", "2", Q1);

  modern.publish("t", "3", Q1);
  modern.publish("t", "4", Q2);
  modern.publish("t", "5", Q0);

  EXPECT_EQ(watcher.payloads(), (Payloads{"1", "2"}));
  EXPECT_EQ(modern.acks[2].reason, ReasonCode::QuotaExceeded);
  EXPECT_EQ(modern.acks[3].reason, ReasonCode::QuotaExceeded);
  EXPECT_TRUE(modern.is_open());
  EXPECT_EQ(world.dropped(DropReason::RateLimited), 3u);

  Client& old = world.connected("o", {.version = Version::V311});
  for (const char* payload : {"6", "7", "8"}) old.publish("t", payload, Q1);
  EXPECT_FALSE(old.is_open());
  EXPECT_EQ(world.refused(RefusalReason::RateLimited), 1u);

  world.advance(seconds(10));
  modern.publish("t", "9", Q1);
  EXPECT_EQ(watcher.payloads(), (Payloads{"1", "2", "6", "7", "9"}));
}

TEST_P(Access, BytesBeyondARateAreRefused) {
  world.settings.rate_limits.incoming_bytes = "100:10";
  world.restart();
  Client& client = world.connected("c");

  client.publish("t", std::string(50, 'x'), Q1);
  client.publish("t", std::string(50, 'x'), Q1);

  EXPECT_EQ(client.acks[0].reason, ReasonCode::NoMatchingSubscribers);
  EXPECT_EQ(client.acks[1].reason, ReasonCode::QuotaExceeded);
}

TEST_P(Access, WhatIsNotStoredIsDroppedBeyondTheOutgoingRate) {
  world.settings.rate_limits.outgoing_publish_enabled = true;
  world.settings.rate_limits.outgoing_publish = "1:10";
  world.restart();
  Client& live = world.connected("live");
  live.subscribe("t", Q1);
  Client& stored = world.connected("stored", {.expiry = 3600});
  stored.subscribe("t", Q1);
  Client& publisher = world.connected("p");

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q1);

  EXPECT_EQ(live.payloads(), Payloads{"1"});
  EXPECT_EQ(stored.payloads(), (Payloads{"1", "2"}));
}

TEST_P(Access, WhatIsStoredForDevicesIsLimited) {
  world.settings.rate_limits.device_persisted_enabled = true;
  world.settings.rate_limits.device_persisted = "1:10";
  world.settings.clients.application_ids = "app";
  world.restart();
  Client& device = world.connected("device", {.expiry = 3600});
  device.subscribe("t", Q1);
  Client& application = world.connected("app", {.expiry = 3600});
  application.subscribe("t", Q1);
  Client& publisher = world.connected("p");

  for (int i = 0; i < 5; ++i) publisher.publish("t", std::to_string(i), Q1);

  EXPECT_EQ(device.payloads().size(), 1u);
  EXPECT_EQ(application.payloads().size(), 5u);
}

TEST_P(Access, PersistentApplicationsAreLimited) {
  world.settings.limits.application_clients_max = 1;
  world.settings.clients.application_ids = "app.*";
  world.restart();
  std::vector<std::string> in;
  for (int i = 0; i < 12; ++i) {
    const std::string id = "app" + std::to_string(i);
    if (world.client(id).connect({.expiry = 3600})) in.push_back(id);
  }

  EXPECT_EQ(in.size(), world.shards());  // each shard has room for one
  EXPECT_TRUE(world.client(in[0]).connect({.expiry = 3600}));
  EXPECT_TRUE(world.client("app-live").connect());
  EXPECT_EQ(world.refused(RefusalReason::ApplicationClients), 12 - world.shards());
}

TEST_P(Access, SaysWhoWouldLoseWhatUnderOtherRules) {
  world.ask([](const auth::ConnectRequest&) -> std::optional<Verdict> {
    return Admitted{identity("1"), ""};
  });
  Client& client = world.connected("c");
  client.subscribe("a/b", Q1);
  client.subscribe("z", Q1);
  client.subscribe("$share/g/a/c", Q1);
  world.connected("unaffected").subscribe("z", Q1);
  const auto rules = auth::RuleBook::of(only("z"));

  Losses all;
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    const Losses part = world.broker(static_cast<ShardId>(shard)).find_losses("1", &*rules, 10);
    all.checked += part.checked;
    all.affected += part.affected;
    all.clients.insert(all.clients.end(), part.clients.begin(), part.clients.end());
  }

  EXPECT_EQ(all.checked, 2u);
  EXPECT_EQ(all.affected, 1u);
  ASSERT_EQ(all.clients.size(), 1u);
  EXPECT_EQ(all.clients[0].client_id, "c");
  EXPECT_EQ(all.clients[0].filters, (std::vector<std::string>{"a/b", "$share/g/a/c"}));
}

TEST_P(Access, FullMemoryRefusesWhatIsNewAndDeliversWhatWasAcknowledged) {
  Client& watcher = world.connected("w");
  watcher.subscribe("t", Q1);
  watcher.stall();
  Client& modern = world.connected("m");
  Client& old = world.connected("o", {.version = Version::V311});
  modern.publish("t", "before", Q1);

  world.fill_memory(true);
  modern.publish("t", "1", Q1);
  modern.publish("t", "2", Q0);
  old.publish("t", "held", Q1);
  EXPECT_FALSE(world.client("new").connect());
  watcher.unstall();

  EXPECT_EQ(modern.acks[1].reason, ReasonCode::QuotaExceeded);
  EXPECT_TRUE(old.acks.empty());
  EXPECT_EQ(watcher.payloads(), Payloads{"before"});
  EXPECT_EQ(world.dropped(DropReason::MemoryFull), 2u);

  world.fill_memory(false);
  EXPECT_EQ(watcher.payloads(), (Payloads{"before", "held"}));
  EXPECT_TRUE(world.client("new").connect());
}

}  // namespace
}  // namespace sluice::broker
