#include "crash/stage.h"

#include <algorithm>

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;
using mqtt::Version;

constexpr auto kTurn = 1ms;
constexpr auto kLookAfterEvery = 20ms;
constexpr auto kStartPatience = 60s;
constexpr auto kNoProgressPatience = 10s;

Version version_of(std::uint32_t index) {
  return index / kGroups % 2 == 0 ? Version::V5 : Version::V311;
}

}  // namespace

Stage::Stage(Subject& subject, std::string run_id, std::uint32_t rate)
    : subject_(subject), rate_(rate) {
  world.run_id = std::move(run_id);
  world.endpoint.host = "127.0.0.1";
  world.endpoint.port = subject_.port();
}

void Stage::add_everybody() {
  for (PublisherId i = 0; i < kPublishers; ++i) {
    publishers_.push_back(std::make_unique<Publisher>(world, i, version_of(i)));
    add(*publishers_.back());
  }
  for (SubscriberId i = 0; i < kSubscribers; ++i) {
    const Qos maximum_qos = i % kGroups == 3 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    const Version version = version_of(i + i % 2 * kGroups);
    subscribers_.push_back(std::make_unique<Subscriber>(world, i, version, maximum_qos));
    add(*subscribers_.back());
  }
}

Result<Stage::Milliseconds> Stage::start() {
  const auto address = client::resolve(world.endpoint);
  if (!address) return tl::unexpected(address.error());
  world.address = *address;
  note("start");
  const auto begin = Clock::now();
  has_ended_ = false;
  if (auto started = subject_.start(); !started) return tl::unexpected(started.error());
  probe_.go_online();
  turn_until([&] { return probe_.is_connected() || has_ended_; }, kStartPatience);
  const bool is_ready = probe_.is_connected();
  const auto took = std::chrono::ceil<Milliseconds>(Clock::now() - begin);
  probe_.leave();
  if (!is_ready)
    return failure(has_ended_ ? "the broker ended at start" : "the broker never got ready");
  world.broker_up = true;
  note("ready");
  return took;
}

void Stage::kill() {
  world.broker_up = false;
  note("kill");
  subject_.kill();
  turn_until([&] { return std::ranges::all_of(clients_, &CrashClient::is_closed); },
             kStartPatience);
  world.checker.on_broker_crashed();
}

Result<bool> Stage::start_and_kill(Milliseconds after) {
  if (auto started = subject_.start(); !started) return tl::unexpected(started.error());
  note("start, to be killed");
  probe_.go_online();
  turn_for(after);
  const bool was_ready = probe_.is_connected();
  probe_.leave();
  subject_.kill();
  note(was_ready ? "kill" : "kill in recovery");
  world.checker.on_broker_crashed();
  return was_ready;
}

Result<void> Stage::resume() {
  const bool done = turn_until(
      [&] { return has_ended_ || std::ranges::all_of(clients_, &CrashClient::is_ready); },
      kStartPatience);
  if (has_ended_) return failure("the broker ended by itself when the clients came back");
  if (done) return {};
  const auto missing = std::ranges::find_if_not(clients_, &CrashClient::is_ready);
  return failure((*missing)->name() + " does not get its session back");
}

Result<void> Stage::drain() {
  world.load_on = false;
  if (auto finished = finish_publishing(); !finished) return finished;
  for (const auto& subscriber : subscribers_) subscriber->go_online();
  if (auto resumed = resume(); !resumed) return resumed;
  if (auto collected = collect_backlog(); !collected) return collected;
  if (auto checked = check_retained(); !checked) return checked;
  world.checker.judge();
  return {};
}

Result<void> Stage::finish_publishing() {
  const auto is_idle = [](const auto& publisher) { return publisher->in_flight() == 0; };
  turn_while_progress([&] { return std::ranges::all_of(publishers_, is_idle); },
                      kNoProgressPatience);
  if (has_ended_) return failure("the broker ended by itself");
  for (const auto& publisher : publishers_) {
    if (is_idle(publisher)) continue;
    world.checker.on_stuck(publisher->name() + " waits for " +
                           std::to_string(publisher->in_flight()) + " acknowledgements");
  }
  return {};
}

/// What comes only after a reconnect was there and did not move: stuck. What does not come even
/// then is lost.
Result<void> Stage::collect_backlog() {
  Clock::time_point next_look{};
  std::uint64_t missing = 0;
  const auto is_done = [&] {
    if (Clock::now() < next_look) return false;
    missing = world.checker.missing();
    next_look = Clock::now() + kLookAfterEvery;
    return missing == 0;
  };
  if (!turn_while_progress(is_done, kNoProgressPatience) && !has_ended_) {
    const std::uint64_t missing_before = missing;
    for (const auto& subscriber : subscribers_) subscriber->cut();
    if (auto resumed = resume(); !resumed) return resumed;
    turn_while_progress(is_done, kNoProgressPatience);
    if (missing < missing_before) {
      world.checker.on_stuck(std::to_string(missing_before - missing) +
                             " messages came only after a reconnect");
    }
  }
  if (has_ended_) return failure("the broker ended by itself while backlogs were read");
  return {};
}

Result<void> Stage::check_retained() {
  RetainedProbe probe(world);
  probe.go_online();
  const auto has_all = [&] {
    probe.tick(Clock::now());
    return probe.has_all() || has_ended_;
  };
  turn_until([&] { return has_all() && probe.is_connected(); }, kNoProgressPatience);
  if (!probe.is_connected()) return failure("no answer to a subscriber of retained messages");
  probe.report();
  return {};
}

void Stage::turn() {
  fill_publishers();
  world.loop.turn(kTurn);
  const auto now = Clock::now();
  probe_.tick(now);
  for (CrashClient* client : clients_) client->tick(now);
  if (now < looked_after_ + kLookAfterEvery) return;
  looked_after_ = now;
  if (subject_.has_ended()) has_ended_ = true;
}

void Stage::turn_for(Milliseconds duration) {
  const auto end = Clock::now() + duration;
  while (Clock::now() < end && !has_ended_) turn();
}

bool Stage::turn_until(const Predicate& is_done, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!is_done()) {
    if (Clock::now() > deadline) return false;
    turn();
  }
  return true;
}

bool Stage::turn_while_progress(const Predicate& is_done, Milliseconds patience) {
  auto deadline = Clock::now() + patience;
  std::uint64_t progress = world.progress;
  while (!is_done()) {
    if (has_ended_ || Clock::now() > deadline) return false;
    turn();
    if (world.progress == progress) continue;
    progress = world.progress;
    deadline = Clock::now() + patience;
  }
  return true;
}

void Stage::fill_publishers() {
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - last_turn_).count();
  last_turn_ = now;
  const auto count = static_cast<double>(publishers_.size());
  const double earned = rate_ == 0 ? double{Publisher::kWindow} : seconds * rate_ / count;
  for (const auto& publisher : publishers_) publisher->fill(earned);
}

}  // namespace sluice::crash
