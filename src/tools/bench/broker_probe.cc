#include "tools/bench/broker_probe.h"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sluice::tools::bench {
namespace {

namespace fs = std::filesystem;

/// The scheduler's nanosecond clock, summed over the threads; threads that ended are not in it.
/// The broker's threads live as long as it does. 0 if the kernel has no schedstat.
double scheduled_seconds(const std::string& process) {
  std::uint64_t total = 0;
  std::error_code error;
  for (const auto& task : fs::directory_iterator(process + "/task", error)) {
    std::uint64_t nanoseconds = 0;
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    total += nanoseconds;
  }
  return static_cast<double>(total) / 1e9;
}

/// utime + stime, in clock ticks of mostly 10 ms.
double ticked_seconds(const std::string& process) {
  std::ifstream file(process + "/stat");
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 2));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::uint64_t kilobytes(const std::string& file, const std::string& field) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size())) * 1024;
  }
  return 0;
}

}  // namespace

BrokerSample sample_broker(int pid) {
  if (pid == 0) return {};
  const std::string process = "/proc/" + std::to_string(pid);
  BrokerSample sample;
  sample.cpu_seconds = scheduled_seconds(process);
  if (sample.cpu_seconds == 0) sample.cpu_seconds = ticked_seconds(process);
  sample.resident_bytes = kilobytes(process + "/status", "VmRSS:");
  sample.private_bytes = kilobytes(process + "/smaps_rollup", "Pss_Anon:");
  if (sample.private_bytes == 0) sample.private_bytes = kilobytes(process + "/status", "RssAnon:");
  return sample;
}

double own_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace sluice::tools::bench
