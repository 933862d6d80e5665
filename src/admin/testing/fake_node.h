#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "admin/node.h"

namespace sluice::admin::testing {

/// A process of plain data.
class FakeNode final : public Node {
 public:
  std::string version() override { return "1.2.3"; }
  std::string id() override { return "node-1"; }
  WallTime started_at() override { return started; }
  const config::Settings& settings() override { return current; }
  std::vector<ListenerFacts> listeners() override { return open_listeners; }
  Health health() override { return current_health; }
  telemetry::NodeFacts facts() override { return node_facts; }
  Result<std::string> copy_store(const std::atomic<bool>& stop) override {
    if (on_copy) on_copy(stop);
    if (copied_folder.empty()) return failure("there is no room for a copy");
    return copied_folder;
  }

  WallTime started = 1'700'000'000'000;
  config::Settings current;
  std::vector<ListenerFacts> open_listeners{
      {{config::Scheme::Mqtt, "127.0.0.1", 1883}, 3},
      {{config::Scheme::WebSocket, "127.0.0.1", 8084, "/mqtt"}, 1}};
  Health current_health{{{"event-loops", true, ""}},
                        {{"listeners", true, ""}, {"store", true, ""}},
                        {{"recovery", true, ""}}};
  telemetry::NodeFacts node_facts;
  std::string copied_folder;  // what `copy_store` gives away; empty: it fails
  std::function<void(const std::atomic<bool>& stop)> on_copy;  // on the thread that copies
};

}  // namespace sluice::admin::testing
