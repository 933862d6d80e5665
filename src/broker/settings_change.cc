#include "broker/broker.h"
#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {

void Broker::on_settings(const config::Settings& before, Instant now) {
  core_->now = now;
  const config::Settings& settings = core_->settings;
  core_->terms.renew(before.mqtt);
  if (settings.clients != before.clients) core_->client_types = ClientTypes(settings.clients);
  if (settings.rate_limits != before.rate_limits) core_->renew_rates();
}

/// Who is connected gets the new rates too.
void Core::renew_rates() {
  rate_limits = RateLimits(settings.rate_limits, shards);
  sessions.for_each([this](Session& session) {
    if (session.connection() == nullptr) return;  // it gets them when it connects
    if (session.access() != nullptr) {
      session.access()->renew_rates();
    } else if (rate_limits.limits_clients()) {
      session.set_access(std::make_unique<ClientAccess>(*this, session, auth::Identity{}));
    }
  });
}

}  // namespace sluice::broker
