#include "simulation/play.h"

#include <algorithm>

namespace sluice::simulation {
namespace {

constexpr std::size_t kShardsMax = 3;
constexpr std::size_t kLinesMax = 10;
constexpr std::size_t kActsMin = 60;
constexpr std::size_t kActsMax = 500;

}  // namespace

Play::Play(std::uint64_t seed, Plant plant, bool is_verbose)
    : stage_(static_cast<unsigned>(1 + std::mt19937_64(seed)() % kShardsMax), seed, plant,
             is_verbose),
      seed_(seed),
      crashes_(!stage_.chance(6)),
      store_fails_(stage_.chance(5)) {
  if (stage_.chance(3)) stage_.world.settings.storage.loaded_bytes_max = 200;
  add_peers();
}

void Play::add_peers() {
  const std::size_t count = 3 + stage_.draw(6);
  const bool has_group = stage_.chance(3);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto kind = Peer::Kind::Persistent;
    if (i > 1 && stage_.chance(3)) kind = Peer::Kind::Transient;
    if (i > 1 && stage_.chance(5)) kind = Peer::Kind::Expiring;
    const bool shares = has_group && kind == Peer::Kind::Persistent && i > 0 && i < 4;
    peers_.push_back(std::make_unique<Peer>(
        stage_, i, kind, Peer::Duties{.watches_wills = i == 0, .shares = shares}));
  }
}

Outcome Play::run() {
  const Instant begin = stage_.now();
  stage_.started = begin;
  for (std::size_t acts = kActsMin + stage_.draw(kActsMax - kActsMin); acts > 0; --acts) one_act();
  judge();
  const auto& findings = stage_.ledger.checker.findings();
  Outcome outcome{seed_,
                  std::chrono::duration<double>(stage_.now() - begin).count(),
                  stage_.operations,
                  stage_.crashes,
                  stage_.ledger.checker.totals().received,
                  findings.total(),
                  {}};
  for (const auto& finding : findings.kept()) {
    if (outcome.lines.size() == kLinesMax) break;
    outcome.lines.push_back(std::string(to_string(finding.kind)) + ": " + finding.line);
  }
  return outcome;
}

void Play::one_act() {
  const bool group_exists =
      std::ranges::any_of(peers_, [](const auto& peer) { return peer->shares_for_sure(); });
  peers_[stage_.draw(peers_.size())]->act(group_exists);
  steps(stage_.draw(12));
  befall();
  for (const auto& peer : peers_) peer->observe();
}

void Play::befall() {
  if (stage_.chance(8)) stage_.world.advance(milliseconds(stage_.draw(600)));
  if (crashes_ && stage_.chance(40)) {
    crash();
    while (stage_.chance(3)) {
      steps(stage_.draw(10));
      crash();  // in the middle of the recovery
    }
  }
  if (store_fails_ && stage_.chance(30)) fail_store(!stage_.store_failed);
}

void Play::crash() {
  stage_.world.crash();
  stage_.world.store.is_stuck = stage_.store_failed = false;
  stage_.ledger.on_store(false);
  ++stage_.crashes;
  stage_.ledger.checker.on_broker_crashed();
  for (const auto& peer : peers_) peer->on_broker_died();
  stage_.world.pass(milliseconds(stage_.draw(1500)));
  unsigned shards = stage_.shards;
  if (stage_.chance(4)) shards = static_cast<unsigned>(1 + stage_.draw(kShardsMax));
  stage_.shards = shards;
  stage_.tell([&] { return "THE BROKER CRASHES and starts with " + std::to_string(shards); });
  stage_.started = stage_.now();
  stage_.world.start(shards);
}

void Play::fail_store(bool failed) {
  stage_.tell([&] { return std::string("the store ") + (failed ? "FAILS" : "works again"); });
  stage_.store_failed = failed;
  stage_.ledger.on_store(failed);
  stage_.world.fail_store(failed);
}

void Play::steps(std::size_t count) {
  while (count > 0 && stage_.world.step()) --count;
}

void Play::come_home() {
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& peer : peers_) peer->come_home();
    stage_.world.settle_all();
    stage_.world.advance(milliseconds(100));
    stage_.world.settle_all();
    for (const auto& peer : peers_) peer->observe();
    if (is_home()) break;
  }
  for (int i = 0; i < 3; ++i) {
    stage_.world.advance(milliseconds(200));
    stage_.world.settle_all();
  }
}

bool Play::is_home() const {
  return std::ranges::all_of(peers_, [](const auto& peer) { return peer->is_home(); });
}

/// A new Client that subscribes to every topic with a value gets what is held now.
void Play::ask_for_retained() {
  auto& reader = stage_.world.client("reader");
  auto& checker = stage_.ledger.checker;
  reader.open();
  reader.request_connect({});
  stage_.world.settle_all();
  const auto asked = checker.now();
  for (TopicId topic = kRetainedFirst; topic < kRetainedFirst + kRetainedTopics; ++topic) {
    reader.request_subscribe({kTopics[topic]}, {});
  }
  stage_.world.settle_all();
  for (TopicId topic = kRetainedFirst; topic < kRetainedFirst + kRetainedTopics; ++topic) {
    std::optional<delivery::Received> value;
    for (const auto& one : reader.publications) {
      if (one.topic != kTopics[topic]) continue;
      stage_.tell([&] { return "retained on " + one.topic + ": " + one.payload.substr(0, 12); });
      value = delivery::Received{};
      value->message = Ledger::read(one.payload);
      value->topic = topic;
      value->qos = one.qos;
      value->digest = Ledger::digest(one.payload);
    }
    checker.on_retained_value(topic, value, asked);
  }
  reader.request_leave();
  stage_.world.settle_all();
}

void Play::judge() {
  stage_.tell([] { return std::string("THE END: everybody comes back"); });
  if (stage_.store_failed) fail_store(false);
  if (stage_.chance(2)) {
    come_home();
    ask_for_retained();
    if (crashes_) crash();
  }
  stage_.world.advance(seconds(6));  // delayed Wills are due, Sessions expired
  come_home();
  ask_for_retained();
  for (const auto& peer : peers_) peer->judge();
  if (stage_.world.letters() > 0) stage_.ledger.checker.on_stuck("letters between shards");
  stage_.ledger.judge();
}

}  // namespace sluice::simulation
