#include "providers/http_provider.h"

#include <utility>

#include "providers/http_message.h"

namespace sluice::providers {

HttpProvider::HttpProvider(HttpSettings settings, std::size_t queue_max, HttpClient& http,
                           RuleCache& rules, AskAgain ask_again)
    : settings_(std::move(settings)),
      queue_max_(queue_max),
      http_(http),
      rules_(rules),
      ask_again_(std::move(ask_again)) {}

HttpProvider::~HttpProvider() {
  for (const auto& [id, call] : calls_) http_.cancel(call);
}

Decision HttpProvider::ask(AttemptId id, const auth::ConnectRequest& request, Instant now) {
  if (auto reply = replies_.extract(id); !reply.empty()) {
    return decide_by_reply(settings_, request, reply.mapped(), rules_);
  }
  auto call = make_call(settings_, request);
  if (!call) return Skipped{"HTTP: " + call.error().what, true};
  if (has_room() && queue_.empty()) {
    launch(id, std::move(*call), settings_.timeout);
    return Later{};
  }
  if (queue_.size() >= queue_max_) {
    return auth::Refused{mqtt::ReasonCode::ServerBusy, "HTTP: too many wait for the server"};
  }
  queue_.insert_or_assign(id, Queued{std::move(*call), now + settings_.timeout});
  return Later{};
}

void HttpProvider::cancel(AttemptId id) {
  queue_.erase(id);
  replies_.erase(id);
  if (auto call = calls_.extract(id); !call.empty()) http_.cancel(call.mapped());
}

Instant HttpProvider::next_deadline() const {
  if (queue_.empty()) return kNever;
  return has_room() ? Instant{} : queue_.begin()->second.until;
}

void HttpProvider::on_time(Instant now) {
  while (!queue_.empty()) {
    const milliseconds left = queue_.begin()->second.until - now;
    if (left > milliseconds{0} && !has_room()) return;
    auto node = queue_.extract(queue_.begin());
    if (left > milliseconds{0}) {
      launch(node.key(), std::move(node.mapped().call), left);
    } else {
      finish(node.key(), {0, {}, "no call was free in time"});
    }
  }
}

void HttpProvider::launch(AttemptId id, HttpCall call, milliseconds timeout) {
  call.timeout = timeout;
  call.login = settings_.login;
  calls_[id] = http_.start(std::move(call), [this, id](HttpReply reply) {
    calls_.erase(id);
    finish(id, std::move(reply));
  });
}

void HttpProvider::finish(AttemptId id, HttpReply reply) {
  replies_.insert_or_assign(id, std::move(reply));
  ask_again_(id);
}

}  // namespace sluice::providers
