#include "security/test_broker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

// The support library brings a fixture that tests of this program do not use.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Conformance);

namespace sluice::security {

namespace {

using namespace std::chrono_literals;

constexpr auto kStartPatience = 60s;  // a sanitizer's build on a busy machine
constexpr auto kStopPatience = 30s;

std::string make_folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "sluice-security-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Surprise("no folder for the broker's data");
  return pattern;
}

void limit(__rlimit_resource resource, std::uint64_t value) {
  if (value == 0) return;
  const rlimit both{value, value};
  ::setrlimit(resource, &both);
}

void poll_pause() {
  ::poll(nullptr, 0, 10);
}

}  // namespace

std::string TestBroker::program() {
  const char* named = std::getenv("SLUICE_BINARY");
  return named == nullptr ? SLUICE_DEFAULT_BINARY : named;
}

bool is_orderly(int status) {
  return WIFEXITED(status);
}

TestBroker::TestBroker(Plan plan) : plan_(std::move(plan)), folder_(make_folder()) {
  std::ofstream(folder_ + "/password") << "violet-tractor-umbra-91\n";
  start();
}

TestBroker::~TestBroker() {
  if (pid_ > 0) {
    const int status = stop();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << "the broker ended with wait status " << status << " and said:\n"
        << said();
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TestBroker::start() {
  const auto end = try_to_start();
  if (end) throw Surprise("the broker ended at its start: " + said());
}

std::optional<int> TestBroker::try_to_start() {
  std::filesystem::remove(folder_ + "/said");
  launch();
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  int status = 0;
  while (said().find("\nready in ") == std::string::npos) {
    if (has_ended(&status)) return status;
    if (std::chrono::steady_clock::now() > deadline) throw Surprise("no start: " + said());
    poll_pause();
  }
  return std::nullopt;
}

std::vector<std::string> TestBroker::words() const {
  std::vector<std::string> words{program(), "server", "--shards", "2"};
  const auto listens = [&words](const std::string& url) {
    words.insert(words.end(), {"--listen", url});
  };
  listens("mqtt://127.0.0.1:" + std::to_string(mqtt_port_));
  listens("ws://127.0.0.1:" + std::to_string(websocket_port_) + "/mqtt");
  for (const std::string& url : plan_.listeners) listens(url);
  const auto sets = [&words](const std::string& assignment) {
    words.insert(words.end(), {"--set", assignment});
  };
  sets("data_dir=" + data_folder());
  sets(plan_.is_guarded ? "auth.allow_anonymous=false" : "auth.allow_anonymous=true");
  sets(plan_.is_guarded ? "admin.enabled=true" : "admin.enabled=false");
  sets("admin.port=" + std::to_string(administration_port_));
  if (plan_.has_administrator) sets("admin.password_file=" + folder_ + "/password");
  sets("auth.password_cost=4");
  for (const std::string& setting : plan_.settings) sets(setting);
  return words;
}

void TestBroker::launch() {
  std::vector<std::string> strings = words();
  std::vector<char*> arguments;
  for (std::string& word : strings) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string output = folder_ + "/said";
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no broker outlives a test program that crashed
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(file, STDERR_FILENO);
  ::dup2(file, STDOUT_FILENO);
  ::unsetenv("SLUICE_BINARY");  // names of this kind are settings to it
  limit(RLIMIT_NOFILE, plan_.descriptors_max);
  limit(RLIMIT_STACK, plan_.stack_bytes);
  ::execvp(arguments[0], arguments.data());
  ::perror(arguments[0]);
  ::_exit(127);
}

bool TestBroker::has_ended(int* status) {
  if (::waitpid(pid_, status, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

int TestBroker::stop() {
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + kStopPatience;
  int status = 0;
  while (!has_ended(&status)) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
    poll_pause();
  }
  return status;
}

void TestBroker::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void TestBroker::signal(int number) const {
  ::kill(pid_, number);
}

std::uint16_t TestBroker::port(Transport transport) const {
  return transport == Transport::Tcp ? mqtt_port_ : websocket_port_;
}

std::unique_ptr<Wire> TestBroker::dial(Transport transport) const {
  if (transport == Transport::Tcp) return std::make_unique<TcpWire>(mqtt_port_);
  return std::make_unique<WebSocketWire>(websocket_port_);
}

Peer TestBroker::connected(const Connect& packet, Where where) const {
  Peer out = peer();
  out.sends(packet).expects_connack(ReasonCode::Success, where);
  return out;
}

std::string TestBroker::said() const {
  std::ifstream file(folder_ + "/said");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::size_t TestBroker::memory(const std::string& field) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  std::size_t kibibytes = 0;
  while (status >> word) {
    if (word == field && status >> kibibytes) return kibibytes * 1024;
  }
  throw Surprise("the broker is not there any more: " + said());
}

void TestBroker::expect_service(Where where) {
  const std::string topic = "meeting/" + std::to_string(++meetings_);
  Peer reader = connected(connect_as("reader-of-" + topic), where);
  reader.subscribed(topic, Qos::AtLeastOnce, where);
  Peer writer = connected(connect_as("writer-of-" + topic), where);
  writer.published(topic, "well", Qos::AtLeastOnce, where);
  reader.acknowledges(reader.receives_message("well", where), where);
}

}  // namespace sluice::security
