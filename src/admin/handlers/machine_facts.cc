#include "admin/handlers/machine_facts.h"

#include <sys/statvfs.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace sluice::admin {
namespace {

constexpr std::uint64_t kKibi = 1024;

std::uint32_t percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<std::uint32_t>(part * 100 / whole);
}

void read_memory(MachineFacts& facts) {
  std::ifstream file("/proc/meminfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  facts.memory_bytes = memory_line(text, "MemTotal");
  const std::uint64_t available = memory_line(text, "MemAvailable");
  if (available > facts.memory_bytes) return;
  facts.memory_percent = percent(facts.memory_bytes - available, facts.memory_bytes);
}

void read_disk(MachineFacts& facts, const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return;
  facts.disk_bytes = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  facts.disk_percent = percent(disk.f_blocks - disk.f_bfree, disk.f_blocks);
}

}  // namespace

std::uint64_t memory_line(const std::string& meminfo, const std::string& name) {
  const std::size_t at = ("\n" + meminfo).find("\n" + name + ":");
  if (at == std::string::npos) return 0;
  return std::strtoull(meminfo.c_str() + at + name.size() + 1, nullptr, 10) * kKibi;
}

MachineFacts read_machine_facts(const std::string& data_folder) {
  MachineFacts facts;
  facts.cpu_count = std::thread::hardware_concurrency();
  read_memory(facts);
  read_disk(facts, data_folder);
  return facts;
}

}  // namespace sluice::admin
