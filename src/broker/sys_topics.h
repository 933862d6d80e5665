#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "broker/counters.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

struct Core;

/// Publishes $SYS/broker/#, retained, each sys.interval, under the names that dashboards know of
/// Mosquitto.
///
/// The shards tell shard 0 what they count, and it publishes the sums; those of the others are as
/// old as their last letter.
class SysTopics {
 public:
  explicit SysTopics(Core& core);

  void on_tick();
  /// On shard 0: what another one counts.
  void on_counters(ShardId from, const Counters& counters);

 private:
  /// A moving average per minute over 1, 5 and 15 minutes.
  struct Load {
    std::uint64_t last = 0;
    std::array<double, 3> per_minute{};
  };

  void publish_all();
  void publish_load(const char* name, Load& load, std::uint64_t now);
  void publish(const std::string& name, const std::string& value);
  void publish(const std::string& name, std::uint64_t value) {
    publish(name, std::to_string(value));
  }

  Core& core_;
  const seconds interval_;  // 0: off
  Instant began_ = kNever;
  Instant next_{};
  std::vector<Counters> of_shards_;  // shard 0 only
  std::uint64_t clients_maximum_ = 0;
  std::array<Load, 7> loads_;
};

}  // namespace sluice::broker
