#pragma once

#include <memory>
#include <string>

#include "admin/node.h"
#include "app/node_state.h"
#include "net/server.h"
#include "providers/authentication_counts.h"
#include "storage/engine.h"

namespace sluice::app {

/// The process as the administration shows it.
///
/// Lives on   the admin thread; `copy_store` may be called on any, once at a time.
class Node final : public admin::Node {
 public:
  /// All borrowed.
  struct Parts {
    const config::Settings& settings;  // of the admin thread
    const net::Server& server;
    storage::Engine* engine;  // null with `durability: memory`
    const NodeState& state;
    std::shared_ptr<const providers::AuthenticationCounts> authentications;
  };
  Node(const Parts& parts, std::string id);

  std::string version() override { return SLUICE_VERSION; }
  std::string id() override { return id_; }
  WallTime started_at() override { return started_at_; }
  const config::Settings& settings() override { return parts_.settings; }
  std::vector<admin::ListenerFacts> listeners() override;
  admin::Health health() override;
  bool is_serving() override { return parts_.state.is_recovered; }
  telemetry::NodeFacts facts() override;
  Result<std::string> copy_store(const std::atomic<bool>& stop) override;

 private:
  std::string copies() const { return data_dir_ + "/copies"; }
  Result<void> copy_into(const std::string& folder, const std::atomic<bool>& stop) const;

  const Parts parts_;
  const std::string data_dir_;  // not of the settings, which change on the admin thread
  const std::string id_;
  const WallTime started_at_;
  unsigned copies_made_ = 0;
};

}  // namespace sluice::app
