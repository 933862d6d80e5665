#pragma once

#include <cstdint>
#include <string>

namespace sluice::admin {

/// How the machine fares, as the kernel tells; ProcessorLoad knows how busy it is.
struct MachineFacts {
  std::uint32_t cpu_count = 0;
  std::uint32_t memory_percent = 0;
  std::uint64_t memory_bytes = 0;  // in all
  std::uint32_t disk_percent = 0;  // of the file system that has the data folder
  std::uint64_t disk_bytes = 0;    // in all
};

/// What cannot be read stays 0.
MachineFacts read_machine_facts(const std::string& data_folder);

/// Bytes of `name` in the text of /proc/meminfo; 0: it is not there.
std::uint64_t memory_line(const std::string& meminfo, const std::string& name);

}  // namespace sluice::admin
