#include "crash/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;
using mqtt::Version;

constexpr auto kTurn = 1ms;
constexpr auto kLookAfterEvery = 20ms;
constexpr auto kStartPatience = 60s;
constexpr auto kNoProgressPatience = 10s;
constexpr double kLoadSecondsMin = 0.2;

Version version_of(std::uint32_t index) {
  return index / kGroups % 2 == 0 ? Version::V5 : Version::V311;
}

}  // namespace

Run::Run(const Options& options, Subject& subject, std::string folder)
    : options_(options),
      subject_(subject),
      folder_(std::move(folder)),
      random_(options.seed),
      probe_(world_) {
  world_.run_id = "crash-" + std::to_string(options.seed) + "-" + std::to_string(::getpid());
  for (PublisherId i = 0; i < kPublishers; ++i) {
    publishers_.push_back(std::make_unique<Publisher>(world_, i, version_of(i)));
  }
  for (SubscriberId i = 0; i < kSubscribers; ++i) {
    const Qos maximum_qos = i % kGroups == 3 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    subscribers_.push_back(
        std::make_unique<Subscriber>(world_, i, version_of(i + i % 2 * kGroups), maximum_qos));
  }
  for (std::uint32_t i = 0; i < kWillClients; ++i) {
    const Qos qos = i / 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    const Version version = i % 2 == 0 ? Version::V5 : Version::V311;
    wills_.push_back(std::make_unique<WillClient>(world_, i, version, qos, i % 3 == 0));
  }
}

void Run::execute() {
  if (const auto done = execute_rounds(); !done) measures_.broken_off = done.error().what;
  keep_log_of_findings();
  world_.broker_up = false;
  subject_.kill();
}

Result<void> Run::execute_rounds() {
  if (auto ready = set_up(); !ready) return ready;
  for (std::uint32_t round = 1; round <= options_.rounds; ++round) {
    if (auto loaded = load(); !loaded) return loaded;
    if (auto struck = strike(); !struck) return struck;
    if (auto resumed = resume(); !resumed) return resumed;
    const bool is_last = round == options_.rounds;
    if (is_last || round % options_.drain_every == 0) {
      if (auto drained = drain(); !drained) return drained;
    }
    measures_.rounds = round;
    if (!options_.json_only) print_round();
    if (world_.checker.findings().total() > 0 && !options_.keep_going) break;
  }
  return {};
}

Result<void> Run::set_up() {
  world_.endpoint.host = "127.0.0.1";
  world_.endpoint.port = subject_.port();
  const auto address = client::resolve(world_.endpoint);
  if (!address) return tl::unexpected(address.error());
  world_.address = *address;
  if (auto started = restart(); !started) return started;
  measures_.restarts.clear();  // the first start has nothing to recover
  for (CrashClient* client : clients()) client->go_online();
  if (auto resumed = resume(); !resumed) return resumed;
  swap_offline_half();
  return {};
}

/// Load of a random length, with other clients killed in its course now and then.
Result<void> Run::load() {
  world_.load_on = true;
  world_.burst = random_() % 2 == 0 ? 1 : Publisher::kWindow;
  const auto begin = Clock::now();
  const auto whole = random_between(kLoadSecondsMin, options_.seconds);
  const auto until_cut = random_between(0, static_cast<double>(whole.count()) / 1000);
  turn_for(until_cut);
  if (random_() % 2 == 0) {
    const std::size_t first = first_half_is_offline_ ? kGroups : 0;
    subscribers_[first + random_() % kGroups]->cut_after(1 + random_() % 100);
    ++measures_.subscribers_cut;
  }
  if (random_() % 2 == 0) wills_[random_() % wills_.size()]->cut();
  if (random_() % 4 == 0) publishers_[random_() % publishers_.size()]->cut();
  turn_for(whole - until_cut);
  measures_.load_seconds += std::chrono::duration<double>(Clock::now() - begin).count();
  if (has_ended_) return failure("the broker ended by itself under load");
  return {};
}

/// The fault of the round, and the way back from it as far as the broker is concerned.
Result<void> Run::strike() {
  if (options_.no_kill) {
    for (CrashClient* client : clients()) client->cut();
    return {};
  }
  kill();
  if (options_.kill_in_recovery) {
    if (auto killed = kill_in_recovery(); !killed) return killed;
  }
  return restart();
}

/// What the broker has sent before it died is still read: an acknowledgement in there counts.
void Run::kill() {
  world_.broker_up = false;
  world_.log.add(name_, "kill");
  subject_.kill();
  ++measures_.kills;
  const auto all = clients();
  turn_until([&] { return std::ranges::all_of(all, &CrashClient::is_closed); }, kStartPatience);
  world_.checker.on_broker_crashed();
}

Result<void> Run::kill_in_recovery() {
  const auto usual = measures_.restarts.empty() ? 20ms : measures_.restarts.back();
  if (auto started = subject_.start(); !started) return started;
  world_.log.add(name_, "start, to be killed");
  probe_.go_online();
  turn_for(random_between(0, static_cast<double>(usual.count()) / 1000));
  const bool was_ready = probe_.is_connected();
  probe_.leave();
  subject_.kill();
  world_.log.add(name_, was_ready ? "kill" : "kill in recovery");
  ++measures_.kills;
  if (!was_ready) ++measures_.kills_in_recovery;
  world_.checker.on_broker_crashed();
  return {};
}

Result<void> Run::restart() {
  world_.log.add(name_, "start");
  const auto begin = Clock::now();
  has_ended_ = false;
  if (auto started = subject_.start(); !started) return started;
  probe_.go_online();
  turn_until([&] { return probe_.is_connected() || has_ended_; }, kStartPatience);
  const bool is_ready = probe_.is_connected();
  const auto took = std::chrono::ceil<Milliseconds>(Clock::now() - begin);
  probe_.leave();
  if (!is_ready)
    return failure(has_ended_ ? "the broker ended at start" : "the broker never got ready");
  world_.broker_up = true;
  world_.log.add(name_, "ready");
  measures_.restarts.push_back(took);
  return {};
}

Result<void> Run::resume() {
  const auto all = clients();
  const bool done =
      turn_until([&] { return has_ended_ || std::ranges::all_of(all, &CrashClient::is_ready); },
                 kStartPatience);
  if (has_ended_) return failure("the broker ended by itself when the clients came back");
  if (done) return {};
  const auto missing = std::ranges::find_if_not(all, &CrashClient::is_ready);
  return failure((*missing)->name() + " does not get its session back");
}

Result<void> Run::drain() {
  world_.load_on = false;
  if (auto finished = finish_publishing(); !finished) return finished;
  for (const auto& subscriber : subscribers_) subscriber->go_online();
  if (auto resumed = resume(); !resumed) return resumed;
  if (auto collected = collect_backlog(); !collected) return collected;
  if (auto checked = check_retained(); !checked) return checked;
  world_.checker.judge();
  keep_log_of_findings();
  world_.log.clear();
  swap_offline_half();
  return {};
}

Result<void> Run::finish_publishing() {
  const auto is_idle = [](const auto& publisher) { return publisher->in_flight() == 0; };
  turn_while_progress([&] { return std::ranges::all_of(publishers_, is_idle); },
                      kNoProgressPatience);
  if (has_ended_) return failure("the broker ended by itself");
  for (const auto& publisher : publishers_) {
    if (is_idle(publisher)) continue;
    world_.checker.on_stuck(publisher->name() + " waits for " +
                            std::to_string(publisher->in_flight()) + " acknowledgements");
  }
  return {};
}

/// What comes only after a reconnect was there and did not move: stuck. What does not come even
/// then is lost.
Result<void> Run::collect_backlog() {
  Clock::time_point next_look{};
  std::uint64_t missing = 0;
  const auto is_done = [&] {
    if (Clock::now() < next_look) return false;
    missing = world_.checker.missing();
    next_look = Clock::now() + kLookAfterEvery;
    return missing == 0;
  };
  if (!turn_while_progress(is_done, kNoProgressPatience) && !has_ended_) {
    const std::uint64_t missing_before = missing;
    for (const auto& subscriber : subscribers_) subscriber->cut();
    if (auto resumed = resume(); !resumed) return resumed;
    turn_while_progress(is_done, kNoProgressPatience);
    if (missing < missing_before) {
      world_.checker.on_stuck(std::to_string(missing_before - missing) +
                              " messages came only after a reconnect");
    }
  }
  if (has_ended_) return failure("the broker ended by itself while backlogs were read");
  return {};
}

Result<void> Run::check_retained() {
  RetainedProbe probe(world_);
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

void Run::swap_offline_half() {
  first_half_is_offline_ = !first_half_is_offline_;
  for (const auto& subscriber : subscribers_) {
    const bool is_first_half = subscriber->id() < kGroups;
    if (is_first_half == first_half_is_offline_) subscriber->leave();
  }
}

void Run::keep_log_of_findings() {
  const bool has_failed = world_.checker.findings().total() > 0 || !measures_.broken_off.empty();
  if (!has_failed || has_log_) return;
  has_log_ = true;
  if (const auto kept = world_.log.write(folder_ + "/events.log"); !kept) {
    std::fprintf(stderr, "%s\n", kept.error().what.c_str());
  }
}

void Run::print_round() const {
  const auto& totals = world_.checker.totals();
  std::printf(
      "round %u: restart %lld ms, %llu acknowledged, %llu received, %llu findings\n",
      measures_.rounds,
      static_cast<long long>(measures_.restarts.empty() ? 0 : measures_.restarts.back().count()),
      static_cast<unsigned long long>(totals.acknowledged),
      static_cast<unsigned long long>(totals.received),
      static_cast<unsigned long long>(world_.checker.findings().total()));
  std::fflush(stdout);
}

void Run::turn() {
  fill_publishers();
  world_.loop.turn(kTurn);
  const auto now = Clock::now();
  probe_.tick(now);
  for (CrashClient* client : clients()) client->tick(now);
  if (now < looked_after_ + kLookAfterEvery) return;
  looked_after_ = now;
  if (subject_.has_ended()) has_ended_ = true;
}

void Run::fill_publishers() {
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - last_turn_).count();
  last_turn_ = now;
  const double earned = options_.rate == 0 ? double{Publisher::kWindow}
                                           : seconds * options_.rate / double{kPublishers};
  for (const auto& publisher : publishers_) publisher->fill(earned);
}

void Run::turn_for(Milliseconds duration) {
  const auto end = Clock::now() + duration;
  while (Clock::now() < end && !has_ended_) turn();
}

template <class Predicate>
bool Run::turn_until(Predicate is_done, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!is_done()) {
    if (Clock::now() > deadline) return false;
    turn();
  }
  return true;
}

template <class Predicate>
bool Run::turn_while_progress(Predicate is_done, Milliseconds patience) {
  auto deadline = Clock::now() + patience;
  std::uint64_t progress = world_.progress;
  while (!is_done()) {
    if (has_ended_ || Clock::now() > deadline) return false;
    turn();
    if (world_.progress == progress) continue;
    progress = world_.progress;
    deadline = Clock::now() + patience;
  }
  return true;
}

std::vector<CrashClient*> Run::clients() {
  std::vector<CrashClient*> all;
  for (const auto& client : publishers_) all.push_back(client.get());
  for (const auto& client : subscribers_) all.push_back(client.get());
  for (const auto& client : wills_) all.push_back(client.get());
  return all;
}

Run::Milliseconds Run::random_between(double low, double high) {
  const double seconds = std::uniform_real_distribution(low, std::max(low, high))(random_);
  return std::chrono::duration_cast<Milliseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace sluice::crash
