#include "broker/client_access.h"

#include "base/hash.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {
namespace {

constexpr std::size_t kRememberedTopicMax = 256;  // bytes

}  // namespace

ClientAccess::ClientAccess(Core& core, Session& session, auth::Identity identity)
    : core_(core), session_(session) {
  set_identity(std::move(identity));
  renew_rates();
}

ClientAccess::~ClientAccess() = default;

void ClientAccess::renew_rates() {
  rates_.reset();
  if (!core_.rate_limits.limits_clients()) return;
  rates_ = std::make_unique<ClientRates>(core_.rate_limits.make_client_rates());
}

auth::Subject ClientAccess::subject() const {
  return {session_.client_id(), identity_.username, identity_.common_name};
}

void ClientAccess::set_identity(auth::Identity identity) {
  identity_ = std::move(identity);
  set_rules(identity_.rules);
  arm();
}

void ClientAccess::set_rules(std::shared_ptr<const auth::AuthorizationRules> rules) {
  identity_.rules = std::move(rules);
  allows_all_publish_ = identity_.rules == nullptr || identity_.rules->allows_all_publish();
  answers_.reset();
}

bool ClientAccess::may_publish(ByteView topic) {
  if (allows_all_publish_) return true;
  if (answers_ && answers_->last->topic == topic) return answers_->last->may;
  if (topic.size() > kRememberedTopicMax) return identity_.rules->may_publish(topic);
  if (!answers_) answers_ = std::make_unique<Answers>();
  Answer& answer = answers_->by_hash[hash_bytes(topic) % answers_->by_hash.size()];
  if (answer.topic != topic) {
    answer.may = identity_.rules->may_publish(topic);
    answer.topic = topic;
  }
  answers_->last = &answer;
  return answer.may;
}

bool ClientAccess::may_subscribe(ByteView filter) const {
  return identity_.rules == nullptr || identity_.rules->may_subscribe(filter);
}

void ClientAccess::arm() {
  disarm();
  if (identity_.expires) core_.timers.arm(*this, core_.to_instant(*identity_.expires));
}

void ClientAccess::on_due(Instant) {
  if (ServerConnection* connection = session_.connection()) {
    connection->end(mqtt::ReasonCode::NotAuthorized, RefusalReason::TokenExpired);
  }
}

}  // namespace sluice::broker
