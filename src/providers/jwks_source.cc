#include "providers/jwks_source.h"

#include <algorithm>
#include <utility>

namespace sluice::providers {

JwksSource::JwksSource(JwksVerifier verifier, HttpClient& http, Provider::AskAgain ask_again)
    : verifier_(std::move(verifier)), http_(http), ask_again_(std::move(ask_again)) {}

JwksSource::~JwksSource() {
  if (call_) http_.cancel(*call_);
}

const VerificationKey* JwksSource::find(const JwtToken& token, JwtAlgorithm algorithm,
                                        Instant now) const {
  if (!keys_ || now - fetched_ > kOutageMax) return nullptr;
  return keys_->find(token, algorithm);
}

bool JwksSource::wait(AttemptId id, Instant now) {
  const bool may_fetch = last_fetch_ == Instant{} || now - last_fetch_ >= kUnknownKeyInterval;
  if (!call_ && !may_fetch) return false;
  waiting_.push_back(id);
  if (!call_) fetch(now);
  return true;
}

void JwksSource::on_time(Instant now) {
  if (!call_ && now >= due_) fetch(now);
}

void JwksSource::fetch(Instant now) {
  last_fetch_ = now;
  HttpCall call;
  call.url = verifier_.endpoint;
  call.headers = verifier_.headers;
  call.login = verifier_.login;
  call_ = http_.start(std::move(call), [this](const HttpReply& reply) { on_reply(reply); });
}

void JwksSource::on_reply(const HttpReply& reply) {
  call_.reset();
  problem_ = reply.error;
  if (problem_.empty() && !reply.is_success()) {
    problem_ = "it answered " + std::to_string(reply.status);
  }
  if (problem_.empty()) {
    if (auto keys = KeySet::parse(reply.body)) {
      keys_ = std::move(*keys);
      fetched_ = last_fetch_;
    } else {
      problem_ = keys.error().what;
    }
  }
  const seconds interval = std::max(verifier_.refresh_interval, kUnknownKeyInterval);
  due_ = last_fetch_ + (problem_.empty() ? interval : kUnknownKeyInterval);
  const auto waiting = std::exchange(waiting_, {});
  for (const AttemptId id : waiting) ask_again_(id);
}

}  // namespace sluice::providers
