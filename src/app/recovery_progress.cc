#include "app/recovery_progress.h"

#include <cmath>
#include <cstdio>

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
  const auto elapsed = Clock::now() - began_;
  if (elapsed < next_line_) return;
  next_line_ *= 2;
  std::fprintf(stderr, "%s\n", line(elapsed).c_str());
}

std::string RecoveryProgress::line(std::chrono::duration<double> elapsed) const {
  const auto& counts = recovery_.counts();
  std::string line = "recovering: " + std::to_string(counts.sessions) + " sessions, " +
                     std::to_string(counts.deliveries) + " messages";
  // Files hold dead records too, and less than the records where they are compressed.
  if (bytes_ > 0 && bytes_ < total_bytes_) {
    const double share = static_cast<double>(bytes_) / static_cast<double>(total_bytes_);
    const double left = std::ceil(elapsed.count() * (1 - share) / share);
    line += ", about " + std::to_string(static_cast<std::uint64_t>(left)) + " s left";
  }
  return line;
}

}  // namespace sluice::app
