#include "broker/share_group.h"

#include <algorithm>

#include "base/assert.h"
#include "base/hash.h"

namespace sluice::broker {

ShareGroup::Member* ShareGroup::find(SessionId session) {
  auto found = std::find_if(members_.begin(), members_.end(),
                            [&](const Member& member) { return member.session == session; });
  return found == members_.end() ? nullptr : &*found;
}

bool ShareGroup::has_member(SessionId session) const {
  return const_cast<ShareGroup*>(this)->find(session) != nullptr;
}

void ShareGroup::join(const Member& member) {
  if (Member* known = find(member.session)) {
    connected_ -= known->connected;
    *known = member;
  } else {
    members_.push_back(member);
  }
  connected_ += member.connected;
}

bool ShareGroup::leave(SessionId session) {
  Member* member = find(session);
  if (member == nullptr) return false;
  connected_ -= member->connected;
  const auto index = static_cast<std::size_t>(member - members_.data());
  members_.erase(members_.begin() + (member - members_.data()));
  if (index < cursor_) --cursor_;
  return true;
}

void ShareGroup::set_connected(SessionId session, bool connected) {
  Member* member = find(session);
  if (member == nullptr || member->connected == connected) return;
  member->connected = connected;
  if (connected) {
    ++connected_;
  } else {
    --connected_;
  }
}

std::size_t ShareGroup::start_of_choice(const Message& message) {
  switch (strategy_) {
    case config::ShareStrategy::RoundRobin:
    case config::ShareStrategy::Sticky:
      return cursor_;
    case config::ShareStrategy::Random:
      random_ ^= random_ << 13;
      random_ ^= random_ >> 7;
      random_ ^= random_ << 17;  // xorshift64 (Marsaglia 2003): spread is all that is asked of it
      return random_;
    case config::ShareStrategy::HashClient:
      return message.publisher();
    case config::ShareStrategy::HashTopic:
      return hash_bytes(message.topic());
  }
  SLUICE_UNREACHABLE();
}

const ShareGroup::Member* ShareGroup::choose(const Message& message) {
  if (members_.empty()) return nullptr;
  const std::size_t start = start_of_choice(message) % members_.size();
  const bool want_connected = has_connected();
  for (std::size_t step = 0; step < members_.size(); ++step) {
    const std::size_t index = (start + step) % members_.size();
    if (members_[index].connected != want_connected) continue;
    cursor_ = strategy_ == config::ShareStrategy::RoundRobin ? index + 1 : index;
    return &members_[index];
  }
  SLUICE_UNREACHABLE();
}

}  // namespace sluice::broker
