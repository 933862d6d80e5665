#include "app/broker_control.h"

#include <vector>

#include "base/log.h"

namespace sluice::app {

using Done = std::function<void()>;

void BrokerControl::run_on_all(const net::AdministrationPort::Task& task) {
  if (const auto ran = port_.run_on_all(task); !ran) log::error(ran.error().what);
}

void BrokerControl::apply_policy(std::shared_ptr<const auth::Policy> policy) {
  run_on_all([policy](broker::Broker& core, unsigned, const Done& done) {
    core.on_policy(policy, monotonic_now());
    done();
  });
}

/// The authenticator first: it then has said all that it found before the change.
void BrokerControl::apply(const auth::CredentialsChange& change) {
  authenticator_.forget_password(change.credentials_id);
  run_on_all([change](broker::Broker& core, unsigned, Done done) {
    core.on_credentials_changed({&change, 1}, std::move(done), monotonic_now());
  });
}

void BrokerControl::configure(const providers::ProviderChain& chain) {
  authenticator_.configure(chain);
}

void BrokerControl::forget_password(const std::string& credentials_id) {
  authenticator_.forget_password(credentials_id);
}

admin::Losses BrokerControl::find_losses(const std::string& credentials_id,
                                         std::shared_ptr<const auth::RuleBook> rules,
                                         std::size_t clients_max) {
  const auto parts = std::make_shared<std::vector<broker::Losses>>(port_.shards());
  run_on_all([=](broker::Broker& core, unsigned shard, const Done& done) {
    (*parts)[shard] = core.find_losses(credentials_id, rules.get(), clients_max);
    done();
  });
  admin::Losses all;
  for (broker::Losses& part : *parts) {
    all.affected += part.affected;
    all.checked += part.checked;
    for (auto& client : part.clients) {
      if (all.clients.size() == clients_max) break;
      all.clients.push_back({std::move(client.client_id), std::move(client.filters)});
    }
  }
  return all;
}

Result<void> BrokerControl::change_settings(const config::Settings& settings) {
  authenticator_.change_settings(settings.auth);
  return port_.change_settings(settings);
}

}  // namespace sluice::app
