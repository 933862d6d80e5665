#pragma once

#include <optional>
#include <string>

namespace sluice::ctl {

/// The process at the other end of a Unix socket. nullopt: nobody listens there
std::optional<int> process_behind(const std::string& socket_path);

/// Limits, memory and open descriptors of a process, from /proc. Empty: not to be read
std::string process_facts(int process);

/// Kernel, distribution, processors, memory, load, disks.
std::string system_facts();

/// The end of a file, from the start of a line on.
/// bytes_max  at most so much of it
std::optional<std::string> file_end(const std::string& path, std::size_t bytes_max);

}  // namespace sluice::ctl
