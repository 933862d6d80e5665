#include "tools/bench/options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <optional>

#include "tools/bench/stamp.h"

namespace sluice::tools::bench {
namespace {

const std::map<std::string, Scenario> kScenarios = {
    {"conn", Scenario::Conn}, {"fanin", Scenario::Fanin},   {"fanout", Scenario::Fanout},
    {"p2p", Scenario::P2p},   {"shared", Scenario::Shared}, {"retained", Scenario::Retained},
    {"subs", Scenario::Subs}, {"churn", Scenario::Churn},   {"durable", Scenario::Durable},
};

const std::map<std::string, Phase> kPhases = {
    {"both", Phase::Both}, {"load", Phase::Load}, {"drain", Phase::Drain}};

struct Defaults {
  std::uint32_t publishers;
  std::uint32_t subscribers;
  std::uint32_t window;
  std::uint32_t clients;
  std::uint32_t subscriptions;
};

Defaults defaults_of(Scenario scenario) {
  switch (scenario) {
    case Scenario::Conn:
      return {0, 0, 0, 1000, 0};
    case Scenario::Fanin:
      return {1000, 1, 10, 0, 0};
    case Scenario::Fanout:
      return {1, 1000, 32, 0, 0};
    case Scenario::P2p:
      return {1000, 1000, 4, 0, 0};
    case Scenario::Shared:
      return {100, 10, 10, 0, 0};
    case Scenario::Retained:
      return {1, 1, 100, 0, 0};
    case Scenario::Subs:
      return {0, 0, 0, 100, 100};
    case Scenario::Churn:
      return {0, 0, 0, 64, 1};
    case Scenario::Durable:
      return {8, 8, 1000, 0, 0};
  }
  return {};
}

void add_durable_flags(CLI::App& app, Options& options) {
  app.add_option("--messages", options.messages, "durable: messages in all, instead of a duration");
  app.add_option("--phase", options.phase, "durable: load, drain or both")
      ->transform(CLI::CheckedTransformer(kPhases));
  app.add_option("--reconnects", options.reconnects,
                 "durable: broken connections of each Session while it is drained");
  app.add_option("--run", options.run,
                 "durable: a number that names the Sessions, to drain what another process loaded");
}

/// Flags whose default depends on the scenario.
struct Undecided {
  std::uint32_t pairs = 0;
  std::optional<int> version;
  std::optional<int> qos;
};

void add_flags(CLI::App& app, Options& options, Undecided& undecided) {
  app.add_option(
      "--url", options.url,
      "broker: mqtt://[USER:PASSWORD@]HOST:PORT, ws://HOST:PORT/PATH, mqtts:// or wss://");
  app.add_option("--ca", options.tls.ca, "TLS: PEM file with the authorities to believe");
  app.add_option("--cert", options.tls.cert, "TLS: PEM file with our certificate chain");
  app.add_option("--key", options.tls.key, "TLS: PEM file with its key");
  app.add_option("--tls-version", options.tls.version, "TLS: only this version")
      ->transform(CLI::CheckedTransformer(std::map<std::string, int>{{"1.2", 12}, {"1.3", 13}}));
  app.add_option("--version", undecided.version, "MQTT version: 4 (3.1.1) or 5")
      ->check(CLI::IsMember({4, 5}));
  app.add_option("--qos", undecided.qos, "quality of service of publishers and subscribers")
      ->check(CLI::Range(0, 2));
  app.add_option("--payload", options.payload, "payload size in bytes, at least 24")
      ->check(CLI::Range(std::uint32_t{kStampBytes}, 100'000'000U));
  app.add_option("--window", options.window,
                 "messages of a publisher that not all receivers have yet")
      ->check(CLI::Range(1U, 60'000U));
  app.add_option("--rate", options.rate,
                 "messages per second of all publishers, sent on schedule whatever the broker does")
      ->check(CLI::PositiveNumber);
  app.add_option("--batch", options.batch, "messages per write; 0: as many as the window allows");
  app.add_option("--duration", options.duration, "seconds to measure")->check(CLI::PositiveNumber);
  app.add_option("--warmup", options.warmup, "seconds before that")->check(CLI::NonNegativeNumber);
  app.add_option("--publishers", options.publishers,
                 "publishers of fanin, fanout, shared and durable");
  app.add_option("--subscribers", options.subscribers,
                 "subscribers of fanin, fanout and shared; Sessions of durable");
  app.add_option("--pairs", undecided.pairs, "publisher and subscriber pairs of p2p");
  app.add_option("--clients", options.clients, "clients of conn and subs");
  app.add_option("--subscriptions", options.subscriptions, "subscriptions per client: conn, subs");
  app.add_option("--retained", options.retained, "retained messages")->check(CLI::PositiveNumber);
  app.add_option("--parallel", options.parallel, "connects under way at a time; cycles of churn")
      ->check(CLI::Range(1U, 10'000U));
  add_durable_flags(app, options);
  app.add_option("--broker-pid", options.broker_pid, "measure this process, in /proc")
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json_only, "print nothing but the JSON line");
  app.add_flag("--keep-retained", options.keep_retained, "do not clear what `retained` stored");
}

void apply_defaults(Options& options, std::uint32_t pairs) {
  const Defaults defaults = defaults_of(options.scenario);
  if (pairs != 0) options.publishers = options.subscribers = pairs;
  if (options.publishers == 0) options.publishers = defaults.publishers;
  if (options.subscribers == 0) options.subscribers = defaults.subscribers;
  if (options.window == 0) options.window = defaults.window;
  if (options.clients == 0) options.clients = defaults.clients;
  if (options.subscriptions == 0) options.subscriptions = defaults.subscriptions;
  if (options.scenario == Scenario::P2p) options.subscribers = options.publishers;
}

Result<Options> check(Options options) {
  const auto url = client::parse_url(options.url);
  if (!url) return tl::unexpected(url.error());
  options.endpoint = url->endpoint;
  options.user_name = url->user_name;
  options.password = url->password;
  if (options.endpoint.is_tls) {
    auto tls = client::make_tls_context(options.tls);
    if (!tls) return tl::unexpected(tls.error());
    options.endpoint.tls = std::move(*tls);
  }
  if (options.scenario == Scenario::Durable) {
    if (options.version != mqtt::Version::V5 || options.qos == mqtt::Qos::AtMostOnce) {
      return failure("durable needs --version 5 and --qos 1 or 2");
    }
    if (options.reconnects != 0 && options.qos != mqtt::Qos::AtLeastOnce) {
      return failure("--reconnects needs --qos 1, at which a message may come twice");
    }
    if (options.phase == Phase::Drain && (options.messages == 0 || options.run == 0)) {
      return failure("--phase drain needs the --messages and the --run of what was loaded");
    }
  }
  if (options.rate == 0 && options.batch > options.window && options.window != 0) {
    return failure("--batch is larger than --window: such a batch could never be sent");
  }
  return options;
}

struct CommandLine {
  CLI::App app{"Loads a broker, checks every message and measures.", "sluice bench"};
  Options options;
  std::string scenario;
  Undecided undecided;

  CommandLine() {
    app.add_option("SCENARIO", scenario,
                   "conn, fanin, fanout, p2p, shared, retained, subs, churn or durable")
        ->required()
        ->check(CLI::IsMember(kScenarios));
    add_flags(app, options, undecided);
  }
  CommandLine(const CommandLine&) = delete;  // the app points to the rest
  CommandLine& operator=(const CommandLine&) = delete;
};

}  // namespace

const char* to_string(Scenario scenario) {
  for (const auto& [name, value] : kScenarios) {
    if (value == scenario) return name.c_str();
  }
  return "";
}

void visit_command_line(const std::function<void(const CLI::App&)>& visit) {
  visit(CommandLine().app);
}

Result<Options> parse_options(int argc, char** argv) {
  CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(line.app.help().c_str(), stdout);
    return failure("");
  } catch (const CLI::ParseError& error) {
    return failure(error.what());
  }
  Options& options = line.options;
  const Undecided& undecided = line.undecided;
  options.scenario = kScenarios.at(line.scenario);
  const bool is_durable = options.scenario == Scenario::Durable;
  options.version = static_cast<mqtt::Version>(undecided.version.value_or(is_durable ? 5 : 4));
  options.qos = static_cast<mqtt::Qos>(undecided.qos.value_or(is_durable ? 1 : 0));
  apply_defaults(options, undecided.pairs);
  return check(std::move(options));
}

}  // namespace sluice::tools::bench
