#pragma once

#include <cstdint>
#include <string>

#include "auth/connect_request.h"

namespace sluice::broker {

/// How a core has Clients authenticated. Never blocks: the verdict comes by `Broker::on_verdict`.
class Gatekeeper {
 public:
  /// One authentication of one Client of this shard.
  using Ticket = std::uint64_t;

  /// Exactly one verdict follows, and after a Challenge one for each `answer`.
  virtual void authenticate(Ticket ticket, auth::ConnectRequest request) = 0;
  /// Authentication Data of the AUTH packet that answers a Challenge.
  virtual void answer(Ticket ticket, std::string data) = 0;
  /// The Client is gone; a verdict that is on its way is ignored.
  virtual void cancel(Ticket ticket) = 0;

  /// Somebody was refused, for the list of unauthorized clients.
  virtual void report(auth::RefusedClient refused) = 0;

 protected:
  ~Gatekeeper() = default;
};

}  // namespace sluice::broker
