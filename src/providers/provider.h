#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "auth/connect_request.h"
#include "auth/verdict.h"
#include "base/time.h"

namespace sluice::providers {

/// One authentication, unique for the life of the authenticator.
using AttemptId = std::uint64_t;

/// The provider says nothing of this Client: the next one is asked.
struct Skipped {
  std::string reason;
  /// Not because it does not know the Client, but because its password was wrong or a server did
  /// not answer: such a Client is not let in as anonymous.
  bool bars_anonymous = false;
};

/// The provider waits for something; it will say when to ask it again.
struct Later {};

using Decision = std::variant<Later, Skipped, auth::Refused, auth::Challenge, auth::Admitted>;

/// One way to find out who a Client is.
///
/// Lives on   the authenticator's thread.
/// Promises   `ask` for one attempt again and again until it says something else than Later; after
///            `cancel` and after any other answer than Challenge nothing of the attempt is left.
class Provider {
 public:
  /// Called when the answer to an attempt may be there: it then is to be asked again.
  using AskAgain = std::function<void(AttemptId)>;

  virtual ~Provider() = default;
  virtual auth::ProviderType type() const = 0;
  virtual Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) = 0;
  /// The Client's answer to a Challenge.
  virtual Decision step(AttemptId id, const std::string& data);
  virtual void cancel(AttemptId id) = 0;

  /// When `on_time` has to be called.
  virtual Instant next_deadline() const { return kNever; }
  virtual void on_time(Instant) {}
};

inline Decision Provider::step(AttemptId, const std::string&) {
  return auth::Refused{mqtt::ReasonCode::NotAuthorized, "unexpected Authentication Data"};
}

inline auth::Refused not_authorized(std::string reason) {
  return {mqtt::ReasonCode::NotAuthorized, std::move(reason)};
}

/// What we need to decide is not at hand: refused, but the Client may come back.
inline auth::Refused unavailable(std::string reason) {
  return {mqtt::ReasonCode::ServerUnavailable, std::move(reason)};
}

}  // namespace sluice::providers
