#pragma once

#include <memory>
#include <random>
#include <vector>

#include "crash/probes.h"
#include "crash/publisher.h"
#include "crash/report.h"
#include "crash/subject.h"
#include "crash/subscriber.h"
#include "crash/will_client.h"
#include "crash/world.h"

namespace sluice::crash {

/// One run: rounds of load, kill and restart over one data folder, a judgement every few rounds and
/// at the end.
class Run {
 public:
  Run(const Options& options, Subject& subject, std::string folder);

  /// Runs all rounds, or up to the first judgement with findings. What went wrong with the run
  /// itself is in `measures().broken_off`.
  void execute();

  const World& world() const { return world_; }
  const Measures& measures() const { return measures_; }

 private:
  using Milliseconds = std::chrono::milliseconds;

  Result<void> execute_rounds();
  Result<void> set_up();
  Result<void> load();
  void fill_publishers();
  Result<void> strike();
  void kill();
  Result<void> kill_in_recovery();
  Result<void> restart();
  Result<void> resume();
  Result<void> drain();
  Result<void> finish_publishing();
  Result<void> collect_backlog();
  Result<void> check_retained();
  void swap_offline_half();
  void keep_log_of_findings();
  void print_round() const;

  void turn();
  void turn_for(Milliseconds duration);
  /// Turns until `is_done`; false when that takes longer than `patience`.
  template <class Predicate>
  bool turn_until(Predicate is_done, Milliseconds patience);
  /// The same, as long as nothing moves for `patience`.
  template <class Predicate>
  bool turn_while_progress(Predicate is_done, Milliseconds patience);
  std::vector<CrashClient*> clients();
  Milliseconds random_between(double low, double high);

  const Options options_;
  Subject& subject_;
  const std::string folder_;
  const std::string name_ = "harness";
  World world_;
  Measures measures_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Publisher>> publishers_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::vector<std::unique_ptr<WillClient>> wills_;
  ReadyProbe probe_;
  Clock::time_point last_turn_ = Clock::now();
  Clock::time_point looked_after_{};
  bool first_half_is_offline_ = true;
  bool has_ended_ = false;  // the broker, by itself
  bool has_log_ = false;
};

}  // namespace sluice::crash
