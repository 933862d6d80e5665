#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::app {

/// How long a recovery still takes, if the rest goes as fast as what is done.
///
/// loaded   bytes, of about `total`
/// returns  "about 6 s left", "more than a day left"; before 1 % "time left unknown"; empty when
///          the total is not known, or was too low: files hold dead records too, and less than the
///          records where they are compressed
std::string describe_time_left(std::uint64_t loaded, std::uint64_t total,
                               std::chrono::duration<double> elapsed);

}  // namespace sluice::app
