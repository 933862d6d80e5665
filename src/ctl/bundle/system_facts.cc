#include "ctl/bundle/system_facts.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace sluice::ctl {

namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string titled(const std::string& path) {
  const std::string content = content_of(path);
  return content.empty() ? "" : "== " + path + "\n" + content + "\n";
}

}  // namespace

std::optional<int> process_behind(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return std::nullopt;
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool is_known =
      ::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  ::close(connection);
  return is_known ? std::optional<int>(peer.pid) : std::nullopt;
}

std::string process_facts(int process) {
  const std::string folder = "/proc/" + std::to_string(process);
  std::string text = titled(folder + "/limits") + titled(folder + "/status") +
                     titled(folder + "/smaps_rollup") + titled(folder + "/cgroup");
  std::error_code error;
  const auto descriptors = fs::directory_iterator(folder + "/fd", error);
  if (!error) {
    text += "== open descriptors\n" +
            std::to_string(std::distance(begin(descriptors), end(descriptors))) + "\n";
  }
  return text;
}

std::string system_facts() {
  utsname names{};
  ::uname(&names);
  std::string text = "== kernel\n" + std::string(names.sysname) + " " + names.release + " " +
                     names.machine + "\n\n== processors\n" +
                     std::to_string(std::thread::hardware_concurrency()) + "\n\n";
  for (const char* path :
       {"/etc/os-release", "/proc/meminfo", "/proc/loadavg", "/proc/pressure/cpu",
        "/proc/pressure/io", "/proc/pressure/memory", "/proc/sys/fs/file-nr",
        "/proc/sys/net/core/somaxconn", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cpu.max"}) {
    text += titled(path);
  }
  return text;
}

std::optional<std::string> file_end(const std::string& path, std::size_t bytes_max) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || fs::is_directory(path)) return std::nullopt;
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
  const std::size_t begin = size > bytes_max ? size - bytes_max : 0;
  file.seekg(static_cast<std::streamoff>(begin));
  std::string text(size - begin, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (begin > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

}  // namespace sluice::ctl
