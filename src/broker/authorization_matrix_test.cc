// Every way on which a message or a subscription could pass the authorization rules, with a Client
// that may, one that may not, and one whose right was taken away while it was connected or away.

#include <functional>

#include "auth/rule_book.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

enum class Right : std::uint8_t { Allowed, Denied, RevokedOnline, RevokedOffline };

const char* name_of(Right right) {
  switch (right) {
    case Right::Allowed:
      return "Allowed";
    case Right::Denied:
      return "Denied";
    case Right::RevokedOnline:
      return "RevokedOnline";
    case Right::RevokedOffline:
      return "RevokedOffline";
  }
  return "";
}

auth::RuleText allow(const std::string& filter) {
  const auth::RuleList list{{}, {{true, filter}}};
  return {list, list};
}

/// The broker, a Client under test whose rights change, and an observer who may do everything.
struct Stage {
  explicit Stage(unsigned shards) : world(shards), observer(world.client("observer")) {
    world.ask([this](const auth::ConnectRequest& request) -> std::optional<auth::Verdict> {
      auth::Identity identity;
      identity.provider = auth::ProviderType::Basic;
      identity.credentials_id = request.client_id;
      if (request.client_id == "subject") {
        identity.rules = auth::RuleBook::of(rules)->rules_for({request.client_id, "", ""});
      }
      return auth::Admitted{identity, ""};
    });
    observer.connect();
    observer.subscribe("t/#", Q2);
    subject = &world.client("subject");
  }

  bool connect(std::optional<WillSpec> will = {}) {
    return subject->connect({.clean_start = false,
                             .expiry = 3600,
                             .receive_maximum = receive_maximum,
                             .will = std::move(will)});
  }
  void revoke() {
    rules = denied;
    world.change({{auth::CredentialsChange::Kind::Rules, "subject", auth::ProviderType::None,
                   auth::RuleBook::of(denied)}});
  }
  bool observer_got(const std::string& payload) const {
    const Payloads all = observer.payloads();
    return std::find(all.begin(), all.end(), payload) != all.end();
  }
  bool subject_got(const std::string& payload) const {
    const Payloads all = subject->payloads();
    return std::find(all.begin(), all.end(), payload) != all.end();
  }

  World world;
  auth::RuleText rules = allow("t/#");     // of the subject, now
  auth::RuleText denied = allow("other");  // what is left of them
  std::optional<std::uint16_t> receive_maximum;
  Client& observer;
  Client* subject = nullptr;
};

/// What the Client under test does while it has the right, and what it then tries.
struct Path {
  const char* name;
  std::function<void(Stage&)> prepare;  // may connect by itself; else it is connected
  std::function<bool(Stage&)> attempt;  // connected again after an absence; whether it got through
  std::optional<auth::RuleText> allowed = {};
  std::optional<auth::RuleText> denied = {};
  bool connects_again = true;  // after an absence, before it tries
};

Path publish_path(const char* name, Qos qos) {
  return {name, [](Stage&) {},
          [qos](Stage& stage) {
            stage.subject->publish("t/1", "x", qos);
            return stage.observer_got("x");
          }};
}

const Path kByAlias{"PublishByTopicAlias", [](Stage&) {},
                    [](Stage& stage) {
                      mqtt::PublishPacket packet;
                      packet.topic = "t/1";
                      packet.payload = "set";
                      packet.properties.topic_alias = 1;
                      std::string bytes;
                      mqtt::encode(bytes, packet, Version::V5);
                      packet.topic = "";
                      packet.payload = "x";
                      mqtt::encode(bytes, packet, Version::V5);
                      stage.subject->send_bytes(bytes);
                      return stage.observer_got("x");
                    }};

const Path kAliasSetBefore{"PublishByTopicAliasSetBefore",
                           [](Stage& stage) {
                             mqtt::PublishPacket packet;
                             packet.topic = "t/1";
                             packet.payload = "set";
                             packet.properties.topic_alias = 1;
                             std::string bytes;
                             mqtt::encode(bytes, packet, Version::V5);
                             stage.subject->send_bytes(bytes);
                           },
                           [](Stage& stage) {
                             mqtt::PublishPacket packet;
                             packet.payload = "x";
                             packet.properties.topic_alias = 1;
                             std::string bytes;
                             mqtt::encode(bytes, packet, Version::V5);
                             stage.subject->send_bytes(bytes);
                             return stage.observer_got("x");
                           }};

const Path kWillAtConnect{"WillAtConnect", [](Stage&) {},
                          [](Stage& stage) {
                            stage.subject->drop();
                            return stage.connect(WillSpec{"t/1", "will"});
                          }};

const Path kWillAtFiring{"WillAtFiring",
                         [](Stage& stage) {
                           stage.subject->drop();
                           stage.connect(WillSpec{"t/1", "will", Q1, false, 5});
                         },
                         [](Stage& stage) {
                           stage.subject->drop();
                           stage.world.advance(seconds(6));
                           return stage.observer_got("will");
                         },
                         {},
                         {},
                         false};

const Path kWillAfterRestart{"DelayedWillAfterARestart",
                             [](Stage& stage) {
                               stage.subject->drop();
                               stage.connect(WillSpec{"t/1", "will", Q1, false, 5});
                             },
                             [](Stage& stage) {
                               stage.subject->drop();
                               stage.world.restart();
                               stage.observer.connect();
                               stage.observer.subscribe("t/#", Q2);
                               stage.world.advance(seconds(6));
                               return stage.observer_got("will");
                             },
                             {},
                             {},
                             false};

const Path kSubscribe{"Subscribe", [](Stage&) {},
                      [](Stage& stage) {
                        const auto code = stage.subject->subscribe("t/+", Q1);
                        stage.observer.publish("t/1", "x", Q1);
                        EXPECT_EQ(mqtt::is_failure(*code), !stage.subject_got("x"));
                        return stage.subject_got("x");
                      }};

const Path kShared{"SubscribeShared", [](Stage&) {},
                   [](Stage& stage) {
                     const auto code = stage.subject->subscribe("$share/g/t/+", Q1);
                     stage.observer.publish("t/1", "x", Q1);
                     EXPECT_EQ(mqtt::is_failure(*code), !stage.subject_got("x"));
                     return stage.subject_got("x");
                   }};

const Path kWiderWildcard{"WildcardWiderThanTheGrant", [](Stage&) {},
                          [](Stage& stage) {
                            stage.subject->subscribe("#", Q1);
                            stage.observer.publish("t/1", "x", Q1);
                            return stage.subject_got("x");
                          },
                          allow("#"), allow("t/#")};

const Path kLiveSubscription{"SubscriptionFromBefore",
                             [](Stage& stage) { stage.subject->subscribe("t/+", Q1); },
                             [](Stage& stage) {
                               stage.observer.publish("t/1", "x", Q1);
                               return stage.subject_got("x");
                             }};

const Path kLiveShared{"SharedSubscriptionFromBefore",
                       [](Stage& stage) { stage.subject->subscribe("$share/g/t/+", Q1); },
                       [](Stage& stage) {
                         stage.observer.publish("t/1", "x", Q1);
                         return stage.subject_got("x");
                       }};

const Path kRetained{
    "RetainedAtSubscribe",
    [](Stage& stage) { stage.observer.publish("t/1", "kept", {.qos = Q1, .retain = true}); },
    [](Stage& stage) {
      stage.subject->subscribe("t/1", Q1);
      return stage.subject_got("kept");
    }};

/// One message in flight, one behind it that waits for the acknowledgement.
const Path kQueued{"QueuedAndInFlight",
                   [](Stage& stage) {
                     stage.subject->drop();
                     stage.receive_maximum = 1;
                     stage.connect();
                     stage.subject->subscribe("t/+", Q1);
                     stage.subject->acknowledges = false;
                     stage.observer.publish("t/1", "first", Q1);
                     stage.observer.publish("t/2", "second", Q1);
                   },
                   [](Stage& stage) {
                     stage.subject->acknowledges = true;
                     stage.receive_maximum.reset();
                     stage.subject->drop();
                     stage.subject->publications.clear();
                     stage.connect();
                     EXPECT_EQ(stage.subject_got("first"), stage.subject_got("second"));
                     return stage.subject_got("second");
                   },
                   {},
                   {},
                   false};

const Path kQueuedThroughRestart{"QueuedThroughARestart",
                                 [](Stage& stage) {
                                   stage.subject->subscribe("t/+", Q1);
                                   stage.subject->drop();
                                   stage.observer.publish("t/1", "first", Q1);
                                   stage.connect();
                                   stage.subject->acknowledges = false;
                                 },
                                 [](Stage& stage) {
                                   stage.subject->acknowledges = true;
                                   stage.subject->drop();
                                   stage.world.restart();
                                   stage.subject->publications.clear();
                                   stage.observer.connect();
                                   stage.observer.publish("t/1", "x", Q1);
                                   stage.connect();
                                   return stage.subject_got("x");
                                 },
                                 {},
                                 {},
                                 false};

const Path kQos2Resumed{"Qos2Resumed",
                        [](Stage& stage) {
                          stage.subject->subscribe("t/+", Q2);
                          stage.subject->acknowledges = false;
                          stage.observer.publish("t/1", "twice", Q2);
                        },
                        [](Stage& stage) {
                          stage.subject->acknowledges = true;
                          stage.subject->drop();
                          stage.subject->publications.clear();
                          stage.world.advance(seconds(1));
                          Client& again = stage.world.client("subject");
                          stage.subject = &again;
                          stage.connect();
                          return stage.subject_got("twice");
                        },
                        {},
                        {},
                        false};

/// A QoS 2 PUBLISH that the broker never got, said again after the Client came back.
const Path kQos2Repeated{"Qos2RepeatedByThePublisher", [](Stage&) {},
                         [](Stage& stage) {
                           mqtt::PublishPacket packet;
                           packet.dup = true;
                           packet.qos = Q2;
                           packet.packet_id = 77;
                           packet.topic = "t/1";
                           packet.payload = "x";
                           std::string bytes;
                           mqtt::encode(bytes, packet, Version::V5);
                           stage.subject->send_bytes(bytes);
                           return stage.observer_got("x");
                         }};

const Path kDollarTopics{"DollarTopicsByALeadingWildcard", [](Stage&) {},
                         [](Stage& stage) {
                           const auto code = stage.subject->subscribe("$SYS/#", Q1);
                           return !mqtt::is_failure(*code);
                         },
                         allow("$SYS/#"), allow("#")};

const Path kShareNameIsNoGrant{"ShareNameIsNoGrant", [](Stage&) {},
                               [](Stage& stage) {
                                 const auto code = stage.subject->subscribe("$share/t/x/1", Q1);
                                 return !mqtt::is_failure(*code);
                               },
                               allow("x/1"), allow("$share/#")};

const std::vector<Path>& paths() {
  static const std::vector<Path> kPaths{publish_path("PublishQos0", Q0),
                                        publish_path("PublishQos1", Q1),
                                        publish_path("PublishQos2", Q2),
                                        kByAlias,
                                        kAliasSetBefore,
                                        kWillAtConnect,
                                        kWillAtFiring,
                                        kWillAfterRestart,
                                        kSubscribe,
                                        kShared,
                                        kWiderWildcard,
                                        kLiveSubscription,
                                        kLiveShared,
                                        kRetained,
                                        kQueued,
                                        kQueuedThroughRestart,
                                        kQos2Resumed,
                                        kQos2Repeated,
                                        kDollarTopics,
                                        kShareNameIsNoGrant};
  return kPaths;
}

struct Cell {
  std::size_t path;
  Right right;
  unsigned shards;
};

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (std::size_t path = 0; path < paths().size(); ++path) {
    for (const Right right :
         {Right::Allowed, Right::Denied, Right::RevokedOnline, Right::RevokedOffline}) {
      for (const unsigned shards : {1u, 3u}) cells.push_back({path, right, shards});
    }
  }
  return cells;
}

class AuthorizationMatrix : public ::testing::TestWithParam<Cell> {};

TEST_P(AuthorizationMatrix, LetsThroughOnlyWhatIsAllowed) {
  const Path& path = paths()[GetParam().path];
  const Right right = GetParam().right;
  Stage stage(GetParam().shards);
  if (path.allowed) stage.rules = *path.allowed;
  if (path.denied) stage.denied = *path.denied;
  if (right == Right::Denied) stage.rules = stage.denied;

  stage.connect();
  path.prepare(stage);
  if (right == Right::RevokedOnline) stage.revoke();
  if (right == Right::RevokedOffline) {
    stage.subject->drop();
    stage.revoke();
    if (path.connects_again) stage.connect();
  }

  EXPECT_EQ(path.attempt(stage), right == Right::Allowed);
}

INSTANTIATE_TEST_SUITE_P(Cells, AuthorizationMatrix, ::testing::ValuesIn(all_cells()),
                         [](const auto& cell) {
                           return std::string(paths()[cell.param.path].name) + "_" +
                                  name_of(cell.param.right) + "_" +
                                  std::to_string(cell.param.shards) + "shards";
                         });

}  // namespace
}  // namespace sluice::broker
