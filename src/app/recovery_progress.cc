#include "app/recovery_progress.h"

#include <cstdio>

#include "app/recovery_estimate.h"

namespace sluice::app {

namespace {

constexpr std::uint64_t kClockEvery = 256;  // records: reading the clock for each would show

}  // namespace

void RecoveryProgress::on_row(storage::Table table, ByteView key, ByteView value) {
  recovery_.on_row(table, key, value);
  on_loaded(key.size() + value.size());
}

void RecoveryProgress::on_page(storage::PageId id, ByteView bytes) {
  recovery_.on_page(id, bytes);
  on_loaded(bytes.size());
}

void RecoveryProgress::on_loaded(std::size_t bytes) {
  bytes_ += bytes;
  if (++records_ % kClockEvery != 0) return;
  state_.bytes_loaded = bytes_;
  const auto elapsed = monotonic_now() - began_;
  if (elapsed < next_line_) return;
  next_line_ *= 2;
  std::fprintf(stderr, "%s\n", line(elapsed).c_str());
}

std::string RecoveryProgress::line(std::chrono::duration<double> elapsed) const {
  const auto& counts = recovery_.counts();
  std::string line = "recovering: " + std::to_string(counts.sessions) + " sessions, " +
                     std::to_string(counts.deliveries) + " messages";
  const std::string left = describe_time_left(bytes_, total_bytes_, elapsed);
  if (!left.empty()) line += ", " + left;
  return line;
}

}  // namespace sluice::app
