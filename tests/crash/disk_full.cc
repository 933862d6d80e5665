#include "crash/disk_full.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace sluice::crash {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kFreeBytes = SmallDisk::kBytes;  // at the start of each round
constexpr auto kFillPatience = 120s;
constexpr auto kFullFor = 1s;  // without an acknowledgement: the disk is full
constexpr auto kResumePatience = 10s;
constexpr auto kQos0Patience = 1s;
constexpr int kQos0Messages = 20;

}  // namespace

DiskFull::DiskFull(const Options& options, Subject& subject, SmallDisk& disk, std::string folder)
    : options_(options),
      subject_(subject),
      disk_(disk),
      folder_(std::move(folder)),
      stage_(subject, "full-" + std::to_string(options.seed) + "-" + std::to_string(::getpid()),
             options.rate) {
  stage_.add_everybody();
  stage_.add(heartbeat_);
}

void DiskFull::execute() {
  if (const auto done = execute_rounds(); !done) measures_.broken_off = done.error().what;
  World& world = stage_.world;
  world.broker_up = false;
  subject_.kill();
  if (world.checker.findings().total() > 0 || !measures_.broken_off.empty()) keep_evidence();
  disk_.unmount();
}

void DiskFull::keep_evidence() {
  disk_.copy_to(folder_ + "/store");
  if (const auto kept = stage_.world.log.write(folder_ + "/events.log"); !kept) {
    std::fprintf(stderr, "%s\n", kept.error().what.c_str());
  }
}

Result<void> DiskFull::execute_rounds() {
  if (auto ready = set_up(); !ready) return ready;
  for (std::uint32_t round = 1; round <= options_.rounds; ++round) {
    if (auto filled = fill_disk(); !filled) return filled;
    if (auto passed = exchange_qos0(); !passed) return passed;
    const bool is_killed_while_full = round % 2 == 0;
    if (is_killed_while_full) {
      stage_.kill();
      if (auto made = make_space(); !made) return made;
    } else {
      if (auto made = make_space(); !made) return made;
      if (auto resumed = await_acknowledgements(); !resumed) return resumed;
      stage_.kill();
    }
    ++measures_.kills;
    if (auto restarted = restart(); !restarted) return restarted;
    if (auto drained = stage_.drain(); !drained) return drained;
    measures_.rounds = round;
    if (stage_.world.checker.findings().total() > 0) break;
    stage_.world.log.clear();
    for (const auto& subscriber : stage_.subscribers()) subscriber->leave();
  }
  return {};
}

Result<void> DiskFull::set_up() {
  if (auto started = stage_.start(); !started) return tl::unexpected(started.error());
  for (CrashClient* client : stage_.clients()) client->go_online();
  if (auto resumed = stage_.resume(); !resumed) return resumed;
  for (const auto& subscriber : stage_.subscribers()) subscriber->leave();
  return {};
}

/// Until MQTT 5 publishers are refused and nobody has been acknowledged for a while.
Result<void> DiskFull::fill_disk() {
  if (auto resized = disk_.resize(disk_.used_bytes() + kFreeBytes); !resized) return resized;
  World& world = stage_.world;
  const std::uint64_t refused_before = world.refused;
  world.load_on = true;
  const auto begin = Clock::now();
  std::uint64_t last = acknowledged();
  auto last_at = begin;
  const bool is_full = stage_.turn_until(
      [&] {
        const auto now = Clock::now();
        if (acknowledged() != last || world.refused == refused_before) {
          last = acknowledged();
          last_at = now;
        }
        return stage_.has_ended() || now - last_at >= kFullFor;
      },
      kFillPatience);
  measures_.load_seconds += std::chrono::duration<double>(last_at - begin).count();
  if (stage_.has_ended()) return failure("the broker ended by itself when the disk got full");
  if (!is_full) return failure("the disk did not get full");
  return {};
}

Result<void> DiskFull::exchange_qos0() {
  for (int i = 0; i < kQos0Messages; ++i) {
    const std::uint64_t before = heartbeat_.received();
    heartbeat_.beat();
    const bool came =
        stage_.turn_until([&] { return heartbeat_.received() > before; }, kQos0Patience);
    if (!came) return failure("QoS 0 does not go on while the disk is full");
  }
  return {};
}

Result<void> DiskFull::make_space() {
  return disk_.resize(disk_.used_bytes() + 2 * kFreeBytes);
}

/// On the connections that are there: those that were dropped are counted.
Result<void> DiskFull::await_acknowledgements() {
  const std::uint64_t before = acknowledged();
  const auto begin = Clock::now();
  const bool resumed = stage_.turn_until([&] { return acknowledged() > before; }, kResumePatience);
  if (!resumed) return failure("no acknowledgement 10 s after there was space again");
  const auto took = std::chrono::ceil<Milliseconds>(Clock::now() - begin);
  measures_.resumed_max = std::max(measures_.resumed_max, took);
  stage_.turn_for(1s);
  return {};
}

Result<void> DiskFull::restart() {
  const auto took = stage_.start();
  if (!took) return tl::unexpected(took.error());
  measures_.restarts.push_back(*took);
  return stage_.resume();
}

}  // namespace sluice::crash
