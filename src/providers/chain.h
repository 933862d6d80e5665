#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "auth/connect_request.h"
#include "auth/verdict.h"
#include "base/time.h"
#include "providers/authentication_counts.h"
#include "providers/provider.h"

namespace sluice::providers {

/// How far one authentication has come.
struct Attempt {
  AttemptId id = 0;
  auth::ConnectRequest request;
  std::size_t position = 0;          // in the order, of the provider that is asked
  std::vector<std::string> reasons;  // of those that skipped
  bool anonymity_barred = false;
  bool is_challenged = false;  // the Client's turn
};

/// The providers in their order: the first that lets in or refuses decides.
///
/// A CONNECT with an Authentication Method is for the provider of that method only, whatever the
/// order; its User Name and Password say nothing then.
class Chain {
 public:
  /// Providers that are on; borrowed.
  struct Members {
    std::vector<Provider*> order;    // asked for a CONNECT without method
    Provider* scram = nullptr;       // for SCRAM-SHA-256 and SCRAM-SHA-512
    Provider* jwt_method = nullptr;  // for JWT
    bool allow_anonymous = false;
  };

  /// counts  borrowed; of everything that is decided here
  explicit Chain(AuthenticationCounts& counts) : counts_(counts) {}

  void configure(Members members) { members_ = std::move(members); }

  /// Asks on from where the attempt stands; nullopt: some provider waits.
  std::optional<auth::Verdict> advance(Attempt& attempt, Instant now) const;
  /// Gives the Client's answer to the provider that challenged it.
  std::optional<auth::Verdict> step(Attempt& attempt, const std::string& data) const;
  /// Whoever was asked last forgets the attempt.
  void cancel(const Attempt& attempt) const;
  /// The same, since it was given up for this reason.
  void give_up(const Attempt& attempt, AuthenticationResult reason) const;

 private:
  Provider* asked(const Attempt& attempt) const;
  /// Counts for the provider that is asked, or for none.
  void count(const Attempt& attempt, AuthenticationResult result) const;
  std::optional<auth::Verdict> verdict_of(Attempt& attempt, Decision decision) const;
  auth::Verdict all_skipped(const Attempt& attempt) const;

  AuthenticationCounts& counts_;
  Members members_;
};

}  // namespace sluice::providers
