#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "client/endpoint.h"
#include "client/event_loop.h"
#include "crash/event_log.h"
#include "crash/topology.h"
#include "support/delivery_checker.h"

namespace sluice::crash {

using Clock = std::chrono::steady_clock;

/// What all clients of one run share. Lives on the one thread of the harness.
struct World {
  client::EventLoop loop;
  client::Endpoint endpoint;
  client::SocketAddress address;
  delivery::DeliveryChecker checker;
  EventLog log;
  std::string run_id;  // the front of every Client Identifier

  bool broker_up = false;  // it answered since it was started, and was not killed since
  bool load_on = false;    // publishers send new messages

  /// How many messages a publisher saves up before it sends them at once; at most its window.
  std::uint32_t burst = 1;

  std::uint64_t progress = 0;                // packets that brought a message further
  std::uint64_t refused = 0;                 // PUBACK or PUBREC with a failure
  std::uint64_t connections_dropped = 0;     // by a broker that was not killed
  std::string last_drop;                     // who, and the broker's words
  std::array<bool, kTopics> has_retained{};  // a retained value was acknowledged
};

}  // namespace sluice::crash
