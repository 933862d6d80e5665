#include "crash/stage.h"

#include <algorithm>

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurn = 1ms;
constexpr auto kLookAfterEvery = 20ms;

}  // namespace

Stage::Stage(Subject& subject, std::string run_id, std::uint32_t rate)
    : subject_(subject), rate_(rate) {
  world.run_id = std::move(run_id);
  world.endpoint.host = "127.0.0.1";
  world.endpoint.port = subject_.port();
}

void Stage::add_publisher(PublisherId id, mqtt::Version version) {
  publishers_.push_back(std::make_unique<Publisher>(world, id, version));
  add(*publishers_.back());
}

void Stage::add_subscriber(SubscriberId id, mqtt::Version version, Qos maximum_qos) {
  subscribers_.push_back(std::make_unique<Subscriber>(world, id, version, maximum_qos));
  add(*subscribers_.back());
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

void Stage::fill_publishers() {
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - last_turn_).count();
  last_turn_ = now;
  const auto count = static_cast<double>(publishers_.size());
  const double earned = rate_ == 0 ? double{Publisher::kWindow} : seconds * rate_ / count;
  for (const auto& publisher : publishers_) publisher->fill(earned);
}

}  // namespace sluice::crash
