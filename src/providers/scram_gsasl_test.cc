// Against an independent implementation: the program `gsasl` (Debian: gsasl) as Client.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "providers/authenticator_for_test.h"
#include "base/base64.h"
#include "providers/scram_keys.h"
#include "providers/scram_provider.h"

namespace sluice::providers {
namespace {

/// gsasl as a Client that writes and reads a message in Base64 per line.
class Gsasl {
 public:
  explicit Gsasl(const std::string& password) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<std::string, 7> words{"gsasl",
                                     "--quiet",
                                     "--no-cb",
                                     "--client",
                                     "--mechanism=SCRAM-SHA-256",
                                     "--authentication-id=user",
                                     "--password=" + password};
    std::array<char*, 8> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
    is_there_ =
        ::posix_spawnp(&process_, "gsasl", &actions, nullptr, arguments.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    to_ = ::fdopen(in[1], "w");
    from_ = ::fdopen(out[0], "r");
    if (is_there_) read_line();  // the name of the mechanism
  }

  bool is_there() const { return is_there_; }

  std::string read() { return from_base64(read_line(), Base64::Standard).value_or(""); }
  void write(const std::string& message) {
    std::fprintf(to_, "%s\n", to_base64(message, Base64::Standard).c_str());
    std::fflush(to_);
  }

  /// Whether it ended well: it then has verified what the server proved.
  bool ended_well() {
    std::fputc('\n', to_);  // it asks once more, whatever came
    std::fclose(to_);
    while (std::fgetc(from_) != EOF) {  // or it would end for want of a reader
    }
    std::fclose(from_);
    int status = 1;
    if (is_there_) ::waitpid(process_, &status, 0);
    return status == 0;
  }

 private:
  std::string read_line() {
    char buffer[4096] = {};
    if (std::fgets(buffer, sizeof buffer, from_) == nullptr) return {};
    std::string line = buffer;
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return line;
  }

  pid_t process_ = 0;
  bool is_there_ = false;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

class GsaslTest : public ::testing::Test {
 protected:
  GsaslTest() {
    ::signal(SIGPIPE, SIG_IGN);
    auth::Credentials credentials;
    credentials.scram = *make_scram_credentials("user", "pencil", auth::ScramAlgorithm::Sha256);
    source.by_key[auth::scram_key("user", auth::ScramAlgorithm::Sha256)] = credentials;
  }

  Decision exchange(Gsasl& client) {
    auth::ConnectRequest request;
    request.method = "SCRAM-SHA-256";
    request.data = client.read();
    Decision decision = provider.ask(1, request, Instant{});
    if (const auto* challenge = std::get_if<auth::Challenge>(&decision)) {
      client.write(challenge->data);
      decision = provider.step(1, client.read());
    }
    if (const auto* admitted = std::get_if<auth::Admitted>(&decision)) client.write(admitted->data);
    return decision;
  }

  testing::FakeCredentials source;
  RuleCache rules;
  ScramProvider provider{source, rules};
};

TEST_F(GsaslTest, BothSidesAcceptEachOther) {
  Gsasl client("pencil");
  if (!client.is_there()) GTEST_SKIP() << "gsasl is not installed";

  const Decision decision = exchange(client);

  ASSERT_TRUE(std::holds_alternative<auth::Admitted>(decision));
  EXPECT_EQ(std::get<auth::Admitted>(decision).identity.username, "user");
  EXPECT_TRUE(client.ended_well());
}

TEST_F(GsaslTest, AWrongPasswordIsRefused) {
  Gsasl client("crayon");
  if (!client.is_there()) GTEST_SKIP() << "gsasl is not installed";

  EXPECT_TRUE(std::holds_alternative<auth::Refused>(exchange(client)));
  EXPECT_FALSE(client.ended_well());
}

}  // namespace
}  // namespace sluice::providers
