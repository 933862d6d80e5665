#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "app/node_state.h"
#include "base/time.h"
#include "broker/recovery.h"

namespace sluice::app {

/// Passes on what is loaded and says on stderr how far that is: after a second, two, four, ...
class RecoveryProgress final : public storage::LoadSink {
 public:
  /// recovery     borrowed
  /// total_bytes  about as many are to be loaded
  /// state        borrowed; is told too
  RecoveryProgress(broker::Recovery& recovery, std::uint64_t total_bytes, NodeState& state)
      : recovery_(recovery), total_bytes_(total_bytes), state_(state) {
    state_.load_began = began_;
    state_.bytes_to_load = total_bytes;
  }

  void on_row(storage::Table table, ByteView key, ByteView value) override;
  void on_page(storage::PageId id, ByteView bytes) override;

  /// "recovering: 10 sessions, 200 messages, about 3 s left"
  std::string line(std::chrono::duration<double> elapsed) const;

 private:
  void on_loaded(std::size_t bytes);

  broker::Recovery& recovery_;
  const std::uint64_t total_bytes_;
  NodeState& state_;
  std::uint64_t bytes_ = 0;
  std::uint64_t records_ = 0;
  const Instant began_ = monotonic_now();
  std::chrono::seconds next_line_{1};
};

}  // namespace sluice::app
