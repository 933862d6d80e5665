#include "base/log_limits.h"

#include <utility>
#include <vector>

namespace sluice::log {

RateLimiter::Verdict RateLimiter::ask(Instant now) {
  const std::lock_guard lock(mutex_);
  if (passed_ == 0 || now - window_ >= seconds{1}) {
    window_ = now;
    passed_ = 0;
  }
  if (passed_ == limit_) {
    ++folded_;
    return {false, 0};
  }
  ++passed_;
  return {true, std::exchange(folded_, 0)};
}

void RateLimiter::warn(std::string_view words, Fields fields, Instant now) {
  const auto [pass, folded] = ask(now);
  if (!pass) return;
  if (folded == 0) return warning(words, fields);
  const std::string count = std::to_string(folded);
  std::vector<Field> all(fields);
  all.push_back({"folded", count});
  write({Level::Warning, words, all});
}

ClientRateLimiter::Client& ClientRateLimiter::find_or_add(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    clients_.splice(clients_.begin(), clients_, found->second);
    return clients_.front();
  }
  if (clients_.size() == kClientsMax) {
    by_name_.erase(clients_.back().name);
    clients_.pop_back();
  }
  clients_.push_front({std::string(name), {}, 0});
  by_name_.emplace(clients_.front().name, clients_.begin());
  return clients_.front();
}

RateLimiter::Verdict ClientRateLimiter::ask(std::string_view name, Instant now) {
  const std::lock_guard lock(mutex_);
  Client& client = find_or_add(name);
  if (now < client.next || !all_.ask(now).pass) {
    ++client.folded;
    return {false, 0};
  }
  client.next = now + kClientPause;
  return {true, std::exchange(client.folded, 0)};
}

}  // namespace sluice::log
