#include "support/broker_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "support/received.h"

namespace sluice::conformance {

namespace {

using namespace std::chrono_literals;

constexpr auto kStartPatience = 20s;
constexpr auto kStopPatience = 10s;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::string binary() {
  const std::string named = environment("SLUICE_BINARY");
  return named.empty() ? SLUICE_DEFAULT_BINARY : named;
}

void poll_pause() {
  ::poll(nullptr, 0, 10);
}

bool ended(pid_t pid, int* status) {
  return ::waitpid(pid, status, WNOHANG) == pid;
}

}  // namespace

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  if (!bound) throw Surprise("no free port");
  return ntohs(address.sin_port);
}

bool BrokerProcess::is_foreign() {
  return !environment("SLUICE_TEST_BROKER_COMMAND").empty();
}

BrokerProcess::BrokerProcess(const std::vector<std::string>& settings)
    : mqtt_port_(free_port()), websocket_port_(free_port()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "sluice-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Surprise("no folder for the broker's data");
  data_dir_ = pattern;
  start(settings);
  wait_until_ready();
}

void BrokerProcess::start(const std::vector<std::string>& settings) {
  std::vector<std::string> words;
  if (is_foreign()) {
    words = {environment("SLUICE_TEST_BROKER_COMMAND"), std::to_string(mqtt_port_),
             std::to_string(websocket_port_)};
    words.insert(words.end(), settings.begin(), settings.end());
  } else {
    words = {binary(),      "server",
             "--listen",    "mqtt://127.0.0.1:" + std::to_string(mqtt_port_),
             "--listen",    "ws://127.0.0.1:" + std::to_string(websocket_port_) + "/mqtt",
             "--shards",    "2",
             "--log-level", "error",
             "--set",       "data_dir=" + data_dir_,
             "--set",       "auth.allow_anonymous=true",
             "--set",       "admin.enabled=false"};
    for (const std::string& setting : settings) {
      words.emplace_back("--set");
      words.push_back(setting);
    }
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no broker outlives a test program that crashed
  // Its greeting would drown the results; what goes wrong it says on stderr.
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  ::unsetenv("SLUICE_BINARY");  // names of this kind are settings to it
  ::unsetenv("SLUICE_TEST_BROKER_COMMAND");
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

void BrokerProcess::wait_until_ready() const {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  for (const Transport transport : {Transport::Tcp, Transport::WebSocket}) {
    while (true) {
      try {
        Socket probe(port(transport));
        break;
      } catch (const Surprise&) {
        int status = 0;
        if (ended(pid_, &status)) {
          throw Surprise("the broker ended at start, wait status " + std::to_string(status));
        }
        if (std::chrono::steady_clock::now() > deadline)
          throw Surprise("the broker does not start");
        poll_pause();
      }
    }
  }
}

BrokerProcess::~BrokerProcess() {
  asks_to_stop();
  waits_for_end();
  std::error_code ignored;
  std::filesystem::remove_all(data_dir_, ignored);
}

void BrokerProcess::asks_to_stop() const {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

int BrokerProcess::waits_for_end() {
  if (pid_ <= 0) return 0;
  const auto deadline = std::chrono::steady_clock::now() + kStopPatience;
  int status = 0;
  while (!ended(pid_, &status)) {
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, &status, 0);
      break;
    }
    poll_pause();
  }
  pid_ = -1;
  return status;
}

std::unique_ptr<Wire> BrokerProcess::dial(Transport transport) const {
  if (transport == Transport::Tcp) return std::make_unique<TcpWire>(port(transport));
  return std::make_unique<WebSocketWire>(port(transport));
}

}  // namespace sluice::conformance
