#pragma once

#include <array>
#include <memory>
#include <string>

#include "auth/authorization_rules.h"
#include "auth/verdict.h"
#include "base/bytes.h"
#include "broker/rate_limits.h"
#include "runtime/timer_wheel.h"

namespace sluice::broker {

struct Core;
class Session;

/// Who the Client of a Session is, what it may do and how fast. Sessions of anonymous Clients on a
/// broker without rates have none.
///
/// Lives on   the shard of its Session, from a CONNECT to the next.
class ClientAccess final : private runtime::Timer {
 public:
  ClientAccess(Core& core, Session& session, auth::Identity identity);
  ~ClientAccess() override;

  const auth::Identity& identity() const { return identity_; }
  auth::Subject subject() const;

  bool may_publish(ByteView topic);
  bool may_subscribe(ByteView filter) const;

  void set_rules(std::shared_ptr<const auth::AuthorizationRules> rules);
  /// A later authentication of the same Network Connection.
  void set_identity(auth::Identity identity);

  /// Those of now, with full buckets.
  void renew_rates();
  /// Null without rates for Clients.
  ClientRates* rates() const { return rates_.get(); }

 private:
  /// The last answers: most Clients publish to few topics.
  struct Answer {
    std::string topic;
    bool may = false;
  };
  struct Answers {
    std::array<Answer, 8> by_hash;
    Answer* last = by_hash.data();  // most publish to one
  };

  void on_due(Instant now) override;  // the token has expired
  void arm();

  Core& core_;
  Session& session_;
  auth::Identity identity_;
  bool allows_all_publish_ = true;
  std::unique_ptr<Answers> answers_;
  std::unique_ptr<ClientRates> rates_;
};

}  // namespace sluice::broker
