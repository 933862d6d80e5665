#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "client/endpoint.h"
#include "mqtt/types.h"

namespace CLI {
class App;
}

namespace sluice::tools::bench {

enum class Scenario : std::uint8_t {
  Conn,
  Fanin,
  Fanout,
  P2p,
  Shared,
  Retained,
  Subs,
  Churn,
  Durable
};

/// What `durable` does of its work: fill Sessions, empty them, or the one after the other.
enum class Phase : std::uint8_t { Both, Load, Drain };

const char* to_string(Scenario scenario);

/// What to run. Counts that were not given hold the scenario's own defaults.
struct Options {
  Scenario scenario = Scenario::Fanout;
  client::Endpoint endpoint;
  std::string user_name;  // of all Clients; empty: none
  std::string password;
  client::TlsOptions tls;
  std::string url = "mqtt://127.0.0.1:1883";
  mqtt::Version version = mqtt::Version::V311;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  std::uint32_t payload = 64;  // bytes, at least kStampBytes
  std::uint32_t window = 0;    // closed loop: unreceived messages of one publisher
  double rate = 0;             // open loop: messages per second of all publishers, 0: closed loop
  std::uint32_t batch = 0;     // messages per write, 0: what the window allows
  double duration = 5;         // seconds measured
  double warmup = 1;           // seconds before
  std::uint32_t publishers = 0;
  std::uint32_t subscribers = 0;
  std::uint32_t clients = 0;
  std::uint32_t subscriptions = 0;  // per client
  std::uint32_t retained = 100'000;
  std::uint32_t parallel = 64;   // connects under way at a time
  std::uint64_t messages = 0;    // durable: in all, 0: as many as the duration allows
  std::uint32_t reconnects = 0;  // durable: of each Session while it is drained
  std::uint32_t run = 0;         // names Sessions and messages, 0: random
  Phase phase = Phase::Both;
  int broker_pid = 0;
  bool json_only = false;
  bool keep_retained = false;
};

/// Shows the command line as CLI11 has it, for completion and man pages.
void visit_command_line(const std::function<void(const CLI::App&)>& visit);

/// Parses the command line. Errors: a text for a person; an empty text after --help was printed.
Result<Options> parse_options(int argc, char** argv);

}  // namespace sluice::tools::bench
