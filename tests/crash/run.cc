#include "crash/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;
using mqtt::Version;

constexpr double kLoadSecondsMin = 0.2;

}  // namespace

Run::Run(const Options& options, Subject& subject, std::string folder)
    : options_(options),
      subject_(subject),
      folder_(std::move(folder)),
      stage_(subject, "crash-" + std::to_string(options.seed) + "-" + std::to_string(::getpid()),
             options.rate),
      random_(options.seed) {
  stage_.add_everybody();
  for (std::uint32_t i = 0; i < kWillClients; ++i) {
    const Qos qos = i / 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    const Version version = i % 2 == 0 ? Version::V5 : Version::V311;
    wills_.push_back(std::make_unique<WillClient>(world_, i, version, qos, i % 3 == 0));
    stage_.add(*wills_.back());
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
    if (auto resumed = stage_.resume(); !resumed) return resumed;
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
  if (auto started = restart(); !started) return started;
  measures_.restarts.clear();  // the first start has nothing to recover
  for (CrashClient* client : stage_.clients()) client->go_online();
  if (auto resumed = stage_.resume(); !resumed) return resumed;
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
  stage_.turn_for(until_cut);
  if (random_() % 2 == 0) {
    const std::size_t first = first_half_is_offline_ ? kGroups : 0;
    stage_.subscribers()[first + random_() % kGroups]->cut_after(1 + random_() % 100);
    ++measures_.subscribers_cut;
  }
  if (random_() % 2 == 0) wills_[random_() % wills_.size()]->cut();
  const auto& publishers = stage_.publishers();
  if (random_() % 4 == 0) publishers[random_() % publishers.size()]->cut();
  stage_.turn_for(whole - until_cut);
  measures_.load_seconds += std::chrono::duration<double>(Clock::now() - begin).count();
  if (stage_.has_ended()) return failure("the broker ended by itself under load");
  return {};
}

/// The fault of the round, and the way back from it as far as the broker is concerned.
Result<void> Run::strike() {
  if (options_.no_kill) {
    for (CrashClient* client : stage_.clients()) client->cut();
    return {};
  }
  stage_.kill();
  ++measures_.kills;
  if (options_.kill_in_recovery) {
    if (auto killed = kill_in_recovery(); !killed) return killed;
  }
  return restart();
}

Result<void> Run::kill_in_recovery() {
  const auto usual = measures_.restarts.empty() ? 20ms : measures_.restarts.back();
  const auto after = random_between(0, static_cast<double>(usual.count()) / 1000);
  const auto was_ready = stage_.start_and_kill(after);
  if (!was_ready) return tl::unexpected(was_ready.error());
  ++measures_.kills;
  if (!*was_ready) ++measures_.kills_in_recovery;
  return {};
}

Result<void> Run::restart() {
  const auto took = stage_.start();
  if (!took) return tl::unexpected(took.error());
  measures_.restarts.push_back(*took);
  return {};
}

Result<void> Run::drain() {
  if (auto drained = stage_.drain(); !drained) return drained;
  keep_log_of_findings();
  world_.log.clear();
  swap_offline_half();
  return {};
}

void Run::swap_offline_half() {
  first_half_is_offline_ = !first_half_is_offline_;
  for (const auto& subscriber : stage_.subscribers()) {
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

Run::Milliseconds Run::random_between(double low, double high) {
  const double seconds = std::uniform_real_distribution(low, std::max(low, high))(random_);
  return std::chrono::duration_cast<Milliseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace sluice::crash
