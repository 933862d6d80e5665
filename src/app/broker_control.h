#pragma once

#include "admin/broker_control.h"
#include "app/authenticator_thread.h"
#include "net/administration_port.h"

namespace sluice::app {

/// Takes what the administration decides to the shards and to the authenticator.
///
/// Lives on   the admin thread. A broker that does not answer is logged: what was changed is in the
///            store and holds from its next start.
class BrokerControl final : public admin::BrokerControl {
 public:
  BrokerControl(net::AdministrationPort port, AuthenticatorThread& authenticator)
      : port_(std::move(port)), authenticator_(authenticator) {}

  void apply_policy(std::shared_ptr<const auth::Policy> policy) override;
  void apply(const auth::CredentialsChange& change) override;
  void configure(const providers::ProviderChain& chain) override;
  void forget_password(const std::string& credentials_id) override;
  admin::Losses find_losses(const std::string& credentials_id,
                            std::shared_ptr<const auth::RuleBook> rules,
                            std::size_t clients_max) override;
  /// Of the shards, the TLS handshaker and the authenticator; returns when they hold.
  Result<void> change_settings(const config::Settings& settings);

  net::AdministrationPort& port() { return port_; }

 private:
  void run_on_all(const net::AdministrationPort::Task& task);

  net::AdministrationPort port_;
  AuthenticatorThread& authenticator_;
};

}  // namespace sluice::app
