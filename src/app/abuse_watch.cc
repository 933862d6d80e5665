#include "app/abuse_watch.h"

namespace sluice::app {

namespace {

constexpr std::size_t kWatchedMax = 100'000;

}  // namespace

AbuseWatch::Rates::Rates(const std::string& rate)
    : text_(rate), limit_(config::parse_rate_limit(rate).value_or(config::RateLimit{})) {}

void AbuseWatch::Rates::set(const std::string& rate) {
  if (rate != text_) *this = Rates(rate);
}

bool AbuseWatch::Rates::try_count(const std::string& name, Instant now) {
  if (!limit_.is_on()) return true;
  if (buckets_.size() >= kWatchedMax && !buckets_.contains(name)) buckets_.clear();
  const auto found = buckets_.try_emplace(name, limit_).first;
  if (found->second.try_take(1, now)) return true;
  buckets_.erase(found);
  return false;
}

AbuseWatch::AbuseWatch(const config::AuthSettings& settings)
    : failures_(settings.block_after_failures), connects_(settings.block_flapping) {}

void AbuseWatch::on_settings(const config::AuthSettings& settings) {
  failures_.set(settings.block_after_failures);
  connects_.set(settings.block_flapping);
}

std::optional<auth::Block> AbuseWatch::on_failure(const std::string& address, Instant now) {
  if (failures_.try_count(address, now)) return std::nullopt;
  return auth::Block{auth::BlockType::IpAddress, address, auth::BlockTarget::IpAddress, 0};
}

std::optional<auth::Block> AbuseWatch::on_connect(const std::string& client_id, Instant now) {
  if (connects_.try_count(client_id, now)) return std::nullopt;
  return auth::Block{auth::BlockType::ClientId, client_id, auth::BlockTarget::ClientId, 0};
}

}  // namespace sluice::app
