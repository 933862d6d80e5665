#include "broker/barriers.h"

#include "broker/core.h"
#include "broker/server_connection.h"

namespace sluice::broker {

std::uint32_t Barriers::hold(Held held) {
  while (held_.contains(++last_token_)) {
  }
  held_.emplace(last_token_, std::move(held));
  return last_token_;
}

std::uint32_t Barriers::hold_reply(ServerConnection& connection, std::string reply,
                                   unsigned answers, bool is_promise) {
  connection.hold();
  return hold({answers, &connection, 0, 0, std::move(reply), is_promise, {}});
}

std::uint32_t Barriers::hold_answer(ShardId to, std::uint32_t their_token, unsigned answers) {
  return hold({answers, nullptr, to, their_token, {}, false, {}});
}

std::uint32_t Barriers::hold_action(unsigned answers, std::function<void()> action) {
  if (answers > 0) return hold({answers, nullptr, 0, 0, {}, false, std::move(action)});
  action();
  return 0;
}

void Barriers::done(std::uint32_t token) {
  auto found = held_.find(token);
  if (found == held_.end() || --found->second.answers > 0) return;
  Held held = std::move(found->second);
  held_.erase(found);
  if (held.action) {
    held.action();
  } else if (held.connection != nullptr) {
    held.connection->resume(held.reply, held.is_promise);
  } else {
    core_.post(held.to, DoneLetter{held.their_token});
  }
}

void Barriers::forget(ServerConnection& connection) {
  if (held_.empty()) return;
  boost::unordered::erase_if(
      held_, [&](const auto& item) { return item.second.connection == &connection; });
}

}  // namespace sluice::broker
