#pragma once

#include <memory>
#include <random>
#include <vector>

#include "crash/report.h"
#include "crash/stage.h"
#include "crash/will_client.h"

namespace sluice::crash {

/// One run: rounds of load, kill and restart over one data folder, a judgement every few rounds and
/// at the end.
class Run {
 public:
  Run(const Options& options, Subject& subject, std::string folder);

  /// Runs all rounds, or up to the first judgement with findings. What went wrong with the run
  /// itself is in `measures().broken_off`.
  void execute();

  const World& world() const { return stage_.world; }
  const Measures& measures() const { return measures_; }

 private:
  using Milliseconds = Stage::Milliseconds;

  Result<void> execute_rounds();
  Result<void> set_up();
  Result<void> load();
  Result<void> strike();
  Result<void> kill_in_recovery();
  Result<void> restart();
  Result<void> drain();
  void swap_offline_half();
  void keep_log_of_findings();
  void print_round() const;
  Milliseconds random_between(double low, double high);

  const Options options_;
  Subject& subject_;
  const std::string folder_;
  Stage stage_;
  World& world_ = stage_.world;
  Measures measures_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<WillClient>> wills_;
  bool first_half_is_offline_ = true;
  bool has_log_ = false;
};

}  // namespace sluice::crash
