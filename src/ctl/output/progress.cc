#include "ctl/output/progress.h"

#include <algorithm>

namespace sluice::ctl {

std::string progress_bar(std::uint64_t done, std::uint64_t total) {
  constexpr std::uint64_t kWidth = 30;
  const std::uint64_t filled = total == 0 ? 0 : std::min(kWidth, done * kWidth / total);
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '-') + "] " +
         std::to_string(done) + " of " + std::to_string(total);
}

Progress::~Progress() {
  if (has_begun_) out_ << "\r\x1b[K" << std::flush;
}

void Progress::show(std::uint64_t done, std::uint64_t total, Clock::time_point now) {
  if (!is_shown_ || (!has_begun_ && now - start_ < std::chrono::seconds(1))) return;
  has_begun_ = true;
  out_ << '\r' << progress_bar(done, total) << "\x1b[K" << std::flush;
}

}  // namespace sluice::ctl
