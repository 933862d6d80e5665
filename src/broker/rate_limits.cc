#include "broker/rate_limits.h"

#include "config/rate_limit.h"

namespace sluice::broker {
namespace {

/// The texts were checked when they were read.
config::RateLimit rate(bool enabled, const std::string& text) {
  return enabled ? config::parse_rate_limit(text).value_or(config::RateLimit{})
                 : config::RateLimit{};
}

}  // namespace

RateLimits::RateLimits(const config::RateLimitSettings& settings, unsigned shards)
    : incoming_(rate(settings.incoming_publish_enabled, settings.incoming_publish)),
      incoming_bytes_(rate(true, settings.incoming_bytes)),
      outgoing_(rate(settings.outgoing_publish_enabled, settings.outgoing_publish)),
      total_(rate(settings.total_enabled, settings.total), shards),
      stored_(rate(settings.device_persisted_enabled, settings.device_persisted), shards),
      limits_clients_(settings.incoming_publish_enabled || settings.outgoing_publish_enabled ||
                      !settings.incoming_bytes.empty()),
      is_total_on_(settings.total_enabled),
      is_stored_on_(settings.device_persisted_enabled) {}

}  // namespace sluice::broker
