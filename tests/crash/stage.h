#pragma once

#include <memory>
#include <vector>

#include "crash/probes.h"
#include "crash/publisher.h"
#include "crash/subject.h"
#include "crash/subscriber.h"
#include "crash/world.h"

namespace sluice::crash {

/// The broker, its clients, and the turns that they take on one thread.
class Stage {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// subject  borrowed
  /// run_id   the front of every Client Identifier
  /// rate     messages per second of all publishers, 0 is no limit
  Stage(Subject& subject, std::string run_id, std::uint32_t rate);

  World world;

  void add_publisher(PublisherId id, mqtt::Version version);
  void add_subscriber(SubscriberId id, mqtt::Version version, Qos maximum_qos);
  /// client  borrowed
  void add(CrashClient& client) { clients_.push_back(&client); }

  const std::vector<std::unique_ptr<Publisher>>& publishers() const { return publishers_; }
  const std::vector<std::unique_ptr<Subscriber>>& subscribers() const { return subscribers_; }
  const std::vector<CrashClient*>& clients() const { return clients_; }

  /// Starts the broker and returns how long it took to its first CONNACK.
  Result<Milliseconds> start();
  /// SIGKILL. What the broker has sent before it died is still read: an acknowledgement in there
  /// counts.
  void kill();
  /// Starts the broker, to be killed again after so long; returns whether it was ready by then.
  Result<bool> start_and_kill(Milliseconds after);
  /// Waits until all clients that are to be online have their Sessions back.
  Result<void> resume();
  /// Waits for what publishers have not finished, while load is off.
  Result<void> finish_publishing();
  /// Waits until everything that is owed to subscribers has come, as long as something comes. What
  /// comes only after a reconnect was there and did not move: stuck. What does not come even then
  /// is lost.
  Result<void> collect_backlog();
  /// Whether the broker ended by itself.
  bool has_ended() const { return has_ended_; }

  void turn();
  void turn_for(Milliseconds duration);
  /// Turns until `is_done`; false when that takes longer than `patience`.
  template <class Predicate>
  bool turn_until(Predicate is_done, Milliseconds patience);
  /// The same, as long as nothing moves for `patience`.
  template <class Predicate>
  bool turn_while_progress(Predicate is_done, Milliseconds patience);

  static constexpr Milliseconds kStartPatience{60'000};
  static constexpr Milliseconds kNoProgressPatience{10'000};

 private:
  void fill_publishers();
  void note(const char* what) { world.log.add(name_, what); }

  Subject& subject_;
  const std::uint32_t rate_;
  const std::string name_ = "harness";
  std::vector<std::unique_ptr<Publisher>> publishers_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::vector<CrashClient*> clients_;  // all of them
  ReadyProbe probe_{world};
  Clock::time_point last_turn_ = Clock::now();
  Clock::time_point looked_after_{};
  bool has_ended_ = false;
};

template <class Predicate>
bool Stage::turn_until(Predicate is_done, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!is_done()) {
    if (Clock::now() > deadline) return false;
    turn();
  }
  return true;
}

template <class Predicate>
bool Stage::turn_while_progress(Predicate is_done, Milliseconds patience) {
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

}  // namespace sluice::crash
