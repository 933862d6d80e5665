#include "crash/subject.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <utility>

namespace sluice::crash {
namespace {

bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

/// Below the ports that the kernel hands out: while the broker is away, a client that connects from
/// such a port to itself would take it for the broker.
Result<std::uint16_t> free_port() {
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
    if (can_bind(port)) return port;
  }
  return failure("no free port");
}

std::vector<std::string> sluice_command(const Options& options, const std::string& data,
                                        std::uint16_t port) {
  std::vector<std::string> words = {
      options.broker, "server", "--listen",    "mqtt://127.0.0.1:" + std::to_string(port),
      "--shards",     "2",      "--log-level", "info",
      "--data-dir",   data};
  // The harness counts every message that is dropped as lost: queues without a practical bound.
  std::vector<std::string> settings = {"limits.queue_messages_max=4000000000",
                                       "limits.queue_bytes_max=1024GiB",
                                       "auth.allow_anonymous=true", "admin.enabled=false"};
  if (!options.durability.empty()) settings.push_back("storage.durability=" + options.durability);
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  for (const std::string& setting : settings) {
    words.emplace_back("--set");
    words.push_back(setting);
  }
  return words;
}

/// The strongest that mosquitto 2.0 can be set to.
Result<std::vector<std::string>> mosquitto_command(const Options& options,
                                                   const std::string& folder,
                                                   const std::string& data, std::uint16_t port) {
  const std::string path = folder + "/mosquitto.conf";
  std::ofstream out(path);
  out << "listener " << port << " 127.0.0.1\n"
      << "allow_anonymous true\n"
      << "persistence true\n"
      << "persistence_location " << data << "/\n"
      << "autosave_interval 1\n"
      << "autosave_on_changes true\n"
      << "max_queued_messages 0\n"
      << "max_queued_bytes 0\n"
      << "max_inflight_messages 1000\n"
      << "log_type error\n"
      << "log_type warning\n";
  if (::geteuid() == 0) out << "user root\n";  // else it drops the right to write its data
  out.close();
  if (!out) return failure("cannot write " + path);
  return std::vector<std::string>{options.broker, "-c", path};
}

}  // namespace

Result<Subject> Subject::make(const Options& options, const std::string& folder) {
  const std::string data = folder + "/data";
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (error) return failure("cannot make " + data + ": " + error.message());
  const auto port = free_port();
  if (!port) return tl::unexpected(port.error());

  Subject subject;
  subject.port_ = *port;
  subject.log_ = folder + "/broker.log";
  if (options.subject == SubjectKind::Sluice) {
    subject.command_ = sluice_command(options, data, *port);
    return subject;
  }
  auto command = mosquitto_command(options, folder, data, *port);
  if (!command) return tl::unexpected(command.error());
  subject.command_ = std::move(*command);
  return subject;
}

Subject::Subject(Subject&& other) noexcept
    : command_(std::move(other.command_)),
      log_(std::move(other.log_)),
      port_(other.port_),
      pid_(std::exchange(other.pid_, -1)) {}

Result<void> Subject::start() {
  std::vector<char*> arguments;
  for (std::string& word : command_) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) return failure(std::string("fork: ") + std::strerror(errno));
  if (pid_ > 0) return {};

  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

void Subject::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Subject::has_ended() {
  if (pid_ <= 0 || ::waitpid(pid_, nullptr, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

}  // namespace sluice::crash
