#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "admin/broker_control.h"
#include "admin/broker_view.h"
#include "admin/configuration.h"
#include "admin/node.h"
#include "base/result.h"
#include "config/settings.h"
#include "entities/admin_store.h"
#include "entities/unauthorized_recorder.h"

namespace sluice::admin {

/// The administration: the REST API on `admin.address:admin.port` and on the Unix socket
/// `admin.sock` in the data folder, whose callers (our user and root) are ADMIN.
///
/// Threads   one of its own, on which everything of the store happens between `start` and `stop`.
class Admin {
 public:
  /// All borrowed until the destructor.
  struct Parts {
    const config::AdminSettings& settings;
    const config::AuthSettings& auth;
    entities::AdminStore& store;
    BrokerControl& broker;
    entities::UnauthorizedRecorder* unauthorized = nullptr;  // written every second; or null
    std::string data_folder;
    bool allows_login_as = false;  // tokens of other users for ADMIN
    BrokerView* view = nullptr;
    Node* node = nullptr;
    ConfigurationControl* configuration = nullptr;
  };
  explicit Admin(Parts parts);
  ~Admin();

  /// The broker has its policy and providers already: see `read_policy`, `read_provider_chain`.
  /// returns  the setup token, to be printed once, where there is no user yet
  /// errors   an address, certificate or socket that cannot be used; the password file; the store
  Result<std::optional<std::string>> start();

  /// Answers what is under way, for at most 5 s. Before the shards stop.
  void stop();

  /// The one that is listened on. After `start`.
  std::uint16_t port() const;

  /// The settings given have changed. On the admin thread.
  void on_settings();

  /// Runs `task` on the admin thread, which owns the store. From any thread, between `start` and
  /// `stop`.
  void post(std::function<void()> task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::admin
