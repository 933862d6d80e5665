#include "app/recovery_estimate.h"

#include <cmath>

namespace sluice::app {

namespace {

constexpr std::chrono::duration<double> kDay = std::chrono::hours{24};
constexpr double kShareMin = 0.01;

}  // namespace

std::string describe_time_left(std::uint64_t loaded, std::uint64_t total,
                               std::chrono::duration<double> elapsed) {
  if (loaded >= total) return "";
  const double share = static_cast<double>(loaded) / static_cast<double>(total);
  if (share < kShareMin) return "time left unknown";
  const auto left = elapsed * ((1 - share) / share);
  if (left > kDay) return "more than a day left";
  return "about " + std::to_string(static_cast<std::uint64_t>(std::ceil(left.count()))) + " s left";
}

}  // namespace sluice::app
