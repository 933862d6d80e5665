#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/endpoint.h"
#include "mqtt/types.h"
#include "tools/client_tools/message_format.h"
#include "tools/client_tools/properties.h"

namespace sluice::tools {

enum class ClientTool : std::uint8_t { Pub, Sub };

struct WillArguments {
  std::optional<std::string> topic;
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
};

/// Where `pub` takes its payload from.
enum class PayloadSource : std::uint8_t { None, Message, File, Stdin, StdinLines, Empty };

/// What was asked for on the command line of `pub` or `sub`. The flags are mosquitto's.
struct Arguments {
  bool help = false;
  client::Endpoint endpoint;
  client::TlsOptions tls;
  mqtt::Version version = mqtt::Version::V311;
  std::string client_id;
  bool clean_start = true;
  std::uint16_t keep_alive = 60;  // seconds
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  WillArguments will;
  PropertyArguments properties;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  std::vector<std::string> topics;
  bool debug = false;
  bool quiet = false;

  // pub
  PayloadSource source = PayloadSource::None;
  std::string payload;  // of Message; the path of File
  bool retain = false;
  std::uint64_t repeat = 1;
  std::chrono::nanoseconds repeat_delay{0};
  std::uint16_t in_flight_max = 20;

  // sub
  std::vector<std::string> filters_out;
  std::vector<std::string> unsubscribe;
  std::optional<MessageFormat> format;
  bool verbose = false;
  bool end_of_line = true;
  bool skip_retained = false;
  bool retained_only = false;
  bool remove_retained = false;
  bool exit_after_subscribe = false;
  std::uint64_t message_count = 0;  // 0: no limit
  std::uint32_t timeout = 0;        // seconds, 0: none
};

/// Errors: one line for a person, naming the flag.
Result<Arguments> parse_arguments(ClientTool tool, int argc, char** argv);

/// The text of --help.
std::string help_text(ClientTool tool);

}  // namespace sluice::tools
