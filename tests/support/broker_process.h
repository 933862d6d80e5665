#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/wire.h"

namespace sluice::conformance {

/// The real broker as a child process on free ports of 127.0.0.1, with one listener per transport.
///
/// The program is what the environment variable SLUICE_BINARY names, else the `sluice` of this
/// build. With SLUICE_TEST_BROKER_COMMAND set, that program is started instead, with the arguments
/// MQTT-PORT WEBSOCKET-PORT KEY=VALUE...: a way to try the tests on somebody else's broker
/// (mosquitto.sh).
class BrokerProcess {
 public:
  /// Starts it and returns once it accepts connections. Throws Surprise when it does not.
  ///
  /// settings  "key=value" each, as for `sluice server --set`
  explicit BrokerProcess(const std::vector<std::string>& settings = {});
  /// Ends it with SIGTERM, or SIGKILL when it does not listen to that.
  ~BrokerProcess();
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  std::uint16_t port(Transport transport) const {
    return transport == Transport::Tcp ? mqtt_port_ : websocket_port_;
  }
  std::unique_ptr<Wire> dial(Transport transport) const;

  /// SIGTERM, and does not wait.
  void asks_to_stop() const;
  /// Waits for the end and returns the exit status as `waitpid` gives it.
  int waits_for_end();
  pid_t pid() const { return pid_; }

  /// Whether it is not our broker, so that settings of ours mean nothing to it.
  static bool is_foreign();

 private:
  void start(const std::vector<std::string>& settings);
  void wait_until_ready() const;

  std::uint16_t mqtt_port_ = 0;
  std::uint16_t websocket_port_ = 0;
  std::string data_dir_;
  pid_t pid_ = -1;
};

/// A port that was free a moment ago.
std::uint16_t free_port();

}  // namespace sluice::conformance
