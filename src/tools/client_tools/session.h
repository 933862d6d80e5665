#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client/mqtt_client.h"
#include "tools/client_tools/arguments.h"

namespace sluice::tools {

/// Exit status of `pub` and `sub` beside CONNACK and reason codes.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitTimeout = 27;  // as of mosquitto

/// What `pub` and `sub` share: connects as the arguments say, runs the loop, leaves in good order.
class ToolSession : protected client::MqttClientListener {
 public:
  explicit ToolSession(Arguments arguments);

  /// Runs until `finish` or the end of the connection; returns the exit status.
  int run();

 protected:
  using Clock = std::chrono::steady_clock;

  /// Called once per turn while connected and not finishing.
  virtual void step(Clock::time_point /*now*/) {}
  /// How long the next turn may wait for events.
  virtual Clock::duration longest_wait(Clock::time_point now) const;
  /// Called at the end of each turn.
  virtual void turn_ended() {}

  /// Leaves with `status` once nothing is in flight: DISCONNECT, then wait for the server to close.
  void finish(int status);
  bool is_finishing() const { return exit_status_.has_value(); }
  void debug(const std::string& line) const;
  void error(const std::string& line) const;

  void on_disconnected(const client::Disconnection& disconnection) override;

  Arguments arguments_;
  client::EventLoop loop_;
  client::MqttClient client_;

 private:
  Result<void> connect();
  void leave(Clock::time_point now);

  std::string will_section_;
  std::optional<int> exit_status_;
  std::optional<Clock::time_point> leaving_since_;
  bool closed_ = false;
};

/// Shared start of both tools: an exit status if the arguments already decide it.
std::optional<int> refuse_or_help(ClientTool tool, const Result<Arguments>& arguments);

}  // namespace sluice::tools
