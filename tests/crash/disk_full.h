#pragma once

#include <string>

#include "crash/probes.h"
#include "crash/report.h"
#include "crash/small_disk.h"
#include "crash/stage.h"

namespace sluice::crash {

/// Rounds in which the disk gets full under load while all subscribers are away. QoS 0 has to go on
/// then. In every other round there is space again, and acknowledgements have to resume on the same
/// connections before the broker is killed; in the others it is killed while the disk is full.
/// After each restart everything that was acknowledged has to arrive.
class DiskFull {
 public:
  /// disk  of the broker's data, borrowed
  DiskFull(const Options& options, Subject& subject, SmallDisk& disk, std::string folder);

  /// Runs all rounds, or up to the first with findings. What the broker did not do, but should
  /// have, is in `measures().broken_off`.
  void execute();

  const World& world() const { return stage_.world; }
  const Measures& measures() const { return measures_; }

 private:
  using Milliseconds = Stage::Milliseconds;

  Result<void> execute_rounds();
  Result<void> set_up();
  Result<void> fill_disk();
  Result<void> exchange_qos0();
  Result<void> make_space();
  Result<void> await_acknowledgements();
  Result<void> restart();
  void keep_evidence();
  std::uint64_t acknowledged() const { return stage_.world.checker.totals().acknowledged; }

  const Options options_;
  Subject& subject_;
  SmallDisk& disk_;
  const std::string folder_;
  Stage stage_;
  Heartbeat heartbeat_{stage_.world};
  Measures measures_;
};

}  // namespace sluice::crash
