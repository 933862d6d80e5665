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
#include "app/task_queue.h"
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
    TaskQueue& tasks;  // of the main thread
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

  /// Answers requests; until `state` says that the store is recovered those for health only.
  /// returns  the lines to print: where the administration listens, and the setup token of a first
  ///          start
  /// errors   as `make`
  Result<std::vector<std::string>> start_administration();
  void start();

  /// Who on the main thread wants to know of changed settings. Before any reload.
  void set_listener(std::function<void(const config::Settings&)> listener) {
    listener_ = std::move(listener);
  }
  /// Takes the configuration as it is now and logs what came of it. On the main thread; returns at
  /// once where there is an administration.
  void reload();

  /// Before the shards stop.
  void stop();

 private:
  explicit AccessControl(const Parts& parts);

  Result<void> open_store();
  Result<std::shared_ptr<const auth::Policy>> read_policy();
  Result<void> announce(net::Server& server);
  Result<void> announce_again();
  Result<void> configure_authenticator();
  Result<void> make_node(const Parts& parts);
  Result<void> apply_settings(const config::Settings& settings);
  void block(auth::Block block, std::string reason);

  config::Settings settings_;  // those of the admin thread
  const NodeState& state_;
  TaskQueue& tasks_;
  std::function<void(const config::Settings&)> listener_;
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
