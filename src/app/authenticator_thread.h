#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/abuse_watch.h"
#include "base/log_limits.h"
#include "base/result.h"
#include "entities/sqlite_credentials_source.h"
#include "entities/unauthorized_recorder.h"
#include "net/gate_port.h"
#include "providers/authenticator.h"
#include "runtime/file_descriptor.h"

namespace sluice::app {

/// The thread that authenticates Clients: takes what the shards ask, drives the Authenticator,
/// keeps the list of unauthorized clients, and watches for abuse.
class AuthenticatorThread {
 public:
  struct Parts {
    config::AuthSettings settings;
    net::GatePort port;
    std::string store_path;                    // of the entities; empty: there are none
    entities::UnauthorizedRecorder* recorder;  // null: no list is kept
    std::function<void(auth::Block, std::string reason)> block;  // who misbehaves; any thread
  };
  static Result<std::unique_ptr<AuthenticatorThread>> make(Parts parts);
  ~AuthenticatorThread();

  void start();
  /// Open authentications get no answer. Before the shards are gone.
  void stop();

  /// From any thread but this; returns when it holds.
  void configure(const providers::ProviderChain& chain);
  void forget_password(const std::string& credentials_id);
  void change_settings(const config::AuthSettings& settings);

  /// What the providers decided; for any thread.
  std::shared_ptr<const providers::AuthenticationCounts> counts() const { return counts_; }

 private:
  struct Pending {
    std::string client_id;
    std::string address;
  };
  using Command = std::function<void(AuthenticatorThread&)>;

  explicit AuthenticatorThread(Parts parts);
  Result<void> prepare();
  void run();
  void wait();
  void take_tasks();
  void handle(net::GateTask task);
  void begin(net::GateTask task);
  void on_answer(providers::Ticket ticket, auth::Verdict verdict);
  void log_refusal(const auth::RefusedClient& refused);
  void record(auth::RefusedClient refused);
  void take_commands();
  void call(Command command);

  Parts parts_;
  runtime::FileDescriptor wake_;  // written for commands
  std::unique_ptr<entities::SqliteCredentialsSource> source_;
  std::unique_ptr<providers::Authenticator> authenticator_;
  std::shared_ptr<const providers::AuthenticationCounts> counts_;
  AbuseWatch watch_;
  std::unordered_map<providers::Ticket, Pending> pending_;
  log::ClientRateLimiter refusal_lines_{20};
  bool must_publish_soon_ = false;  // answers wait for room

  std::mutex mutex_;
  std::condition_variable taken_;
  std::vector<Command> commands_;  // under mutex_
  std::uint64_t commands_given_ = 0;
  std::uint64_t commands_taken_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::app
