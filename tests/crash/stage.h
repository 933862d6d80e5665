#pragma once

#include <functional>
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
  using Predicate = std::function<bool()>;

  /// subject  borrowed
  /// run_id   the front of every Client Identifier
  /// rate     messages per second of all publishers, 0 is no limit
  Stage(Subject& subject, std::string run_id, std::uint32_t rate);

  World world;

  /// All publishers and subscribers of topology.h, half of them of each version.
  void add_everybody();
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
  /// Load ends, all subscribers come, everything that is owed has to arrive, and the checker
  /// judges.
  Result<void> drain();
  /// Whether the broker ended by itself.
  bool has_ended() const { return has_ended_; }

  void turn();
  void turn_for(Milliseconds duration);
  /// Turns until `is_done`; false when that takes longer than `patience`.
  bool turn_until(const Predicate& is_done, Milliseconds patience);

 private:
  Result<void> finish_publishing();
  Result<void> collect_backlog();
  Result<void> check_retained();
  /// As `turn_until`, as long as nothing moves for so long.
  bool turn_while_progress(const Predicate& is_done, Milliseconds patience);
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

}  // namespace sluice::crash
