#include "broker/broker.h"
#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/scan.h"
#include "broker/session.h"

namespace sluice::broker {

namespace {

/// Gives those who are connected the new rates; others get them when they connect.
class RatesRenewal final : public SessionScan {
 public:
  RatesRenewal(Core& core, std::function<void()> done)
      : SessionScan(core), done_(std::move(done)) {}

 private:
  std::size_t visit(Session& session) override {
    if (session.connection() == nullptr) return 1;
    if (session.access() != nullptr) {
      session.access()->renew_rates();
    } else if (core_.rate_limits.limits_clients()) {
      session.set_access(std::make_unique<ClientAccess>(core_, session, auth::Identity{}));
    }
    return 1;
  }

  void finish() override { done_(); }

  std::function<void()> done_;
};

}  // namespace

void Broker::on_settings(const config::Settings& before, std::function<void()> done, Instant now) {
  core_->now = now;
  const config::Settings& settings = core_->settings;
  core_->terms.renew(before.mqtt);
  if (settings.clients != before.clients) core_->client_types = ClientTypes(settings.clients);
  if (settings.rate_limits == before.rate_limits) return done();
  core_->rate_limits = RateLimits(settings.rate_limits, core_->shards);
  core_->scans.begin(std::make_unique<RatesRenewal>(*core_, std::move(done)));
}

}  // namespace sluice::broker
