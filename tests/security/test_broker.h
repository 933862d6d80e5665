#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/broker_process.h"
#include "support/packets.h"
#include "support/peer.h"
#include "support/received.h"

namespace sluice::security {

using namespace conformance;

/// How a broker is started.
struct Plan {
  std::vector<std::string> settings = {};   // "key=value"; of one key the last one counts
  std::vector<std::string> listeners = {};  // URLs beside one for each transport
  /// With the administration on, and nobody let in who is not known. Else everybody may do
  /// everything.
  bool is_guarded = false;
  bool has_administrator = true;      // else the first start prints a setup token
  std::uint64_t descriptors_max = 0;  // 0: as many as the test program may have
  std::uint64_t stack_bytes = 0;      // of its threads; 0: the system's default
};

/// The real program as a child process that can be killed, damaged and started again: its data
/// folder is the test's.
///
/// At its end the program is asked to stop, and the test fails unless it exits well: so a crash,
/// and in a sanitizer's build any finding, fails the test in which it happened.
class TestBroker {
 public:
  /// Starts it. Throws Surprise, with what it said, when it does not get ready.
  explicit TestBroker(Plan plan = {});
  ~TestBroker();
  TestBroker(const TestBroker&) = delete;
  TestBroker& operator=(const TestBroker&) = delete;

  /// Again, after `stop` or `kill`.
  void start();
  /// returns  nothing when it got ready; else its end as `waitpid` tells it
  std::optional<int> try_to_start();
  /// SIGTERM. returns  its end as `waitpid` tells it
  int stop();
  void kill();
  void signal(int number) const;

  std::uint16_t port(Transport transport = Transport::Tcp) const;
  std::uint16_t administration_port() const { return administration_port_; }
  std::unique_ptr<Wire> dial(Transport transport = Transport::Tcp) const;
  /// A connection on which nothing was sent yet.
  Peer peer(Transport transport = Transport::Tcp) const { return Peer(dial(transport)); }
  /// Any CONNECT, accepted.
  Peer connected(const Connect& packet, Where where = Where::current()) const;

  /// The file that is started.
  static std::string program();

  /// What belongs to the test, and in it the data folder.
  const std::string& folder() const { return folder_; }
  std::string data_folder() const { return folder_ + "/data"; }
  /// All that it has written to its standard error so far.
  std::string said() const;

  /// Resident memory now, and the most that it ever was.
  std::size_t resident_bytes() const { return memory("VmRSS:"); }
  std::size_t peak_bytes() const { return memory("VmHWM:"); }

  /// Two Clients that bring no credentials meet over a message.
  void expect_service(Where where = Where::current());

 private:
  std::vector<std::string> words() const;
  void launch();
  bool has_ended(int* status);
  std::size_t memory(const std::string& field) const;

  Plan plan_;
  std::string folder_;
  std::uint16_t mqtt_port_ = free_port();
  std::uint16_t websocket_port_ = free_port();
  std::uint16_t administration_port_ = free_port();
  pid_t pid_ = -1;
  unsigned meetings_ = 0;
};

/// Whether `status`, as `waitpid` gives it, is an exit with a code and not a signal's work.
bool is_orderly(int status);

/// A sanitizer's build: memory is what it keeps for itself, and leaks are what it finds at the end.
inline constexpr bool kIsSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

}  // namespace sluice::security
