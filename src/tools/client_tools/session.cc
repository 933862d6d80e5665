#include "tools/client_tools/session.h"

#include <csignal>
#include <cstdio>

namespace sluice::tools {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongestTurn = 500ms;
constexpr auto kLeaveTimeout = 2s;

volatile std::sig_atomic_t interrupted = 0;

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

ToolSession::ToolSession(Arguments arguments)
    : arguments_(std::move(arguments)), client_(loop_, *this) {}

Result<void> ToolSession::connect() {
  const auto address = client::resolve(arguments_.endpoint);
  if (!address) return tl::unexpected(address.error());
  mqtt::ConnectPacket packet;
  packet.version = arguments_.version;
  packet.clean_start = arguments_.clean_start;
  packet.keep_alive = arguments_.keep_alive;
  packet.client_id = arguments_.client_id;
  packet.user_name = arguments_.user_name;
  packet.password = arguments_.password;
  packet.properties = arguments_.properties.of("connect");
  if (const auto& will = arguments_.will; will.topic) {
    packet.will = mqtt::WillPacketPart{will.qos, will.retain, *will.topic, will.payload,
                                       arguments_.properties.of_message("will", will_section_)};
  }
  client_.set_in_flight_max(arguments_.in_flight_max);
  debug("connecting to " + arguments_.endpoint.host + ":" +
        std::to_string(arguments_.endpoint.effective_port()));
  client::Endpoint endpoint = arguments_.endpoint;
  if (endpoint.is_tls) {
    auto tls = client::make_tls_context(arguments_.tls);
    if (!tls) return tl::unexpected(tls.error());
    endpoint.tls = std::move(*tls);
  }
  return client_.connect(endpoint, *address, packet);
}

int ToolSession::run() {
  catch_signals();
  if (auto connected = connect(); !connected) {
    error(connected.error().what);
    return kExitFailure;
  }
  const auto deadline = arguments_.timeout == 0
                            ? Clock::time_point::max()
                            : Clock::now() + std::chrono::seconds(arguments_.timeout);
  while (!closed_) {
    auto now = Clock::now();
    loop_.dispatch(std::min<Clock::duration>({longest_wait(now), deadline - now, kLongestTurn}));
    now = Clock::now();
    client_.keep_alive(now);
    if (interrupted != 0 && !is_finishing()) finish(0);
    if (now >= deadline && !is_finishing()) {
      error("timed out");
      finish(kExitTimeout);
    }
    if (is_finishing()) {
      leave(now);
    } else if (client_.is_connected()) {
      step(now);
    }
    loop_.flush();
    turn_ended();
  }
  return exit_status_.value_or(kExitFailure);
}

ToolSession::Clock::duration ToolSession::longest_wait(Clock::time_point /*now*/) const {
  return kLongestTurn;
}

void ToolSession::finish(int status) {
  if (!exit_status_) exit_status_ = status;
}

/// The server closes after DISCONNECT: to wait for it saves the last packets from a reset, which
/// closing with unread input would cause.
void ToolSession::leave(Clock::time_point now) {
  if (!leaving_since_) {
    const bool settled = client_.in_flight() == 0 || *exit_status_ != 0 || interrupted != 0;
    if (client_.is_connected() && !settled) return;
    leaving_since_ = now;
    if (client_.is_connected()) {
      client_.disconnect({mqtt::ReasonCode::Success, arguments_.properties.of("disconnect")});
      debug("sending DISCONNECT");
      return;
    }
  }
  if (!client_.is_connected() || now - *leaving_since_ > kLeaveTimeout) {
    client_.close();
    closed_ = true;
  }
}

void ToolSession::on_disconnected(const client::Disconnection& disconnection) {
  closed_ = true;
  if (leaving_since_) return;
  error(disconnection.why);
  exit_status_ = disconnection.code == 0 ? kExitFailure : disconnection.code;
}

void ToolSession::debug(const std::string& line) const {
  if (arguments_.debug) std::fprintf(stderr, "%s\n", line.c_str());
}

void ToolSession::error(const std::string& line) const {
  if (!arguments_.quiet) std::fprintf(stderr, "Error: %s\n", line.c_str());
}

std::optional<int> refuse_or_help(ClientTool tool, const Result<Arguments>& arguments) {
  if (!arguments) {
    std::fprintf(stderr, "Error: %s. See --help.\n", arguments.error().what.c_str());
    return kExitFailure;
  }
  if (!arguments->help) return std::nullopt;
  std::fputs(help_text(tool).c_str(), stdout);
  return 0;
}

}  // namespace sluice::tools
