#pragma once

#include <memory>
#include <optional>
#include <string>

#include "admin/admin.h"
#include "app/authenticator_thread.h"
#include "app/broker_control.h"
#include "app/broker_view.h"
#include "app/configuration_control.h"
#include "app/node.h"
#include "base/result.h"
#include "config/settings.h"
#include "entities/admin_store.h"
#include "entities/unauthorized_recorder.h"
#include "net/server.h"

namespace sluice::app {

/// Everything that says who gets in: the entities, the providers, the administration; wired to each
/// other and to the shards.
class AccessControl {
 public:
  struct Parts {
    config::Settings settings;  // as they are in use
    net::Server& server;        // borrowed, like those below
    storage::Engine* engine;    // null with `durability: memory`
    const NodeState& state;
    config::Sources sources;
    config::LoadOutcome loaded;  // from the sources
  };

  /// Opens the entities and gives the shards their policy. Before the server starts.
  ///
  /// Without the administration, and without a store that an earlier start left, there are no
  /// entities: `auth.allow_anonymous` alone decides, and nothing is written.
  /// errors  one line for an operator
  static Result<std::unique_ptr<AccessControl>> make(const Parts& parts);
  ~AccessControl();

  /// returns  the lines to print: where the administration listens, and the setup token of a first
  ///          start
  /// errors   as `make`
  Result<std::vector<std::string>> start();

  /// Before the shards stop.
  void stop();

 private:
  explicit AccessControl(const Parts& parts);

  Result<void> open_store();
  Result<void> announce(net::Server& server);
  Result<void> make_node(const Parts& parts);
  Result<void> apply_settings(const config::Settings& settings);
  void block(auth::Block block, std::string reason);

  config::Settings settings_;                    // those of the admin thread
  std::unique_ptr<entities::AdminStore> store_;  // null: no entities
  entities::UnauthorizedRecorder recorder_;
  std::unique_ptr<AuthenticatorThread> authenticator_;
  std::unique_ptr<BrokerControl> broker_;
  std::unique_ptr<BrokerView> view_;
  ConfigurationControl configuration_;
  std::unique_ptr<Node> node_;           // null: no administration
  std::unique_ptr<admin::Admin> admin_;  // the same
};

}  // namespace sluice::app
