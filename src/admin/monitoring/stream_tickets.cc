#include "admin/monitoring/stream_tickets.h"

#include <algorithm>

#include "admin/login/secrets.h"

namespace sluice::admin {

std::string StreamTickets::issue(Caller caller, Instant now) {
  while (!issued_.empty() && (issued_.front().ends_at <= now || issued_.size() >= kMax)) {
    issued_.pop_front();
  }
  issued_.push_back({random_text(24), std::move(caller), now + kLife});
  return issued_.back().ticket;
}

std::optional<Caller> StreamTickets::redeem(const std::string& ticket, Instant now) {
  const auto found = std::find_if(issued_.begin(), issued_.end(),
                                  [&](const Issued& one) { return one.ticket == ticket; });
  if (found == issued_.end()) return std::nullopt;
  const Issued issued = std::move(*found);
  issued_.erase(found);
  if (issued.ends_at <= now) return std::nullopt;
  return issued.caller;
}

}  // namespace sluice::admin
