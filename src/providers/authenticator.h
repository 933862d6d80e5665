#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auth/connect_request.h"
#include "auth/credentials_source.h"
#include "auth/verdict.h"
#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "providers/authentication_counts.h"
#include "providers/provider_settings.h"

namespace sluice::providers {

/// Names one authentication that is under way; given by the caller, unique among those.
using Ticket = std::uint64_t;

/// Asks the providers who a Client is, in their order, each of which lets in, refuses or passes on.
///
/// Lives on   one thread, never a shard. It blocks on nothing but short reads of `source`: bcrypt
///            runs on `auth.hash_threads` threads of low priority, HTTP and JWKS on one thread with
///            all their transfers, and both come back through `wake_fd`. A provider that hangs
///            delays only its own Clients.
/// Limits     `auth.pending_max` authentications that wait, of which HTTP may have half, then
///            ServerBusy; `auth.timeout` each, then ServerUnavailable. What can be decided at once,
///            like a password that was right a moment ago, waits for nothing and is never busy.
///            Every error refuses.
class Authenticator {
 public:
  /// Called on the authenticator's thread, also from within `begin`; it must not call back.
  using Answer = std::function<void(Ticket, auth::Verdict)>;

  /// source  borrowed for the authenticator's life
  static Result<std::unique_ptr<Authenticator>> make(const config::AuthSettings& settings,
                                                     auth::CredentialsSource& source,
                                                     Answer answer);
  ~Authenticator();

  /// Providers as the administration has them, in their order; at once, and at every change. None
  /// are on before the first call. Whoever is waiting is asked for anew, by what now holds; keys
  /// that were fetched stay if their provider is the same as before.
  void configure(const ProviderChain& chain);

  /// Takes `timeout`, `pending_max` and `password_cache` of these; the rest is of the start.
  void on_settings(const config::AuthSettings& settings);

  /// Exactly one answer follows, unless `cancel` comes first. A Challenge keeps the ticket: the
  /// Client's answer comes by `step`. For a re-authentication the same with the new Authentication
  /// Data.
  ///
  /// request  with the Client Identifier that the broker has assigned, if it has: rules may hold it
  void begin(Ticket ticket, auth::ConnectRequest request, Instant now = monotonic_now());
  /// Authentication Data of the Client's AUTH packet. For a ticket that was not challenged:
  /// refused; for an unknown one nothing.
  void step(Ticket ticket, std::string data);
  /// The Client is gone. Nothing is answered; what a pool has begun is finished in vain.
  void cancel(Ticket ticket);

  /// Passwords of these credentials that were verified are forgotten.
  void forget(const std::string& credentials_id);

  /// Readable when pools have answers; then `on_wake`. Also to be called at `next_deadline`, which
  /// may have passed already: it is to be looked at after each of the calls above.
  int wake_fd() const;
  void on_wake(Instant now);
  Instant next_deadline() const;

  /// What the providers decided. To be read by any thread, also when this is gone.
  std::shared_ptr<const AuthenticationCounts> counts() const;

  struct Counters {
    std::uint64_t cache_hits = 0;
    std::uint64_t pending = 0;  // now
  };
  Counters counters() const;

 private:
  Authenticator();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::providers
