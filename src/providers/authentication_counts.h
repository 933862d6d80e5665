#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "auth/verdict.h"
#include "base/tally.h"

namespace sluice::providers {

/// What came of asking a provider who a Client is.
enum class AuthenticationResult : std::uint8_t {
  Admitted,
  Skipped,  // it does not know the Client: the next one was asked
  Refused,
  TimedOut,  // auth.timeout, while it was asked
  Busy,      // refused since auth.pending_max others were waiting
  Count
};

constexpr const char* to_string(AuthenticationResult result) {
  constexpr std::array kNames = {"admitted", "skipped", "refused", "timed_out", "busy"};
  return kNames[static_cast<std::size_t>(result)];
}

/// How often, by provider; under ProviderType::None what was decided without one: anonymous
/// Clients, those that every provider skipped, those whose method no provider has. Written by the
/// authenticator's thread, read by any.
class AuthenticationCounts {
 public:
  static constexpr std::size_t kProviders = static_cast<std::size_t>(auth::ProviderType::Http) + 1;
  static constexpr std::size_t kResults = static_cast<std::size_t>(AuthenticationResult::Count);

  void add(auth::ProviderType provider, AuthenticationResult result) {
    ++counts_[static_cast<std::size_t>(provider)][static_cast<std::size_t>(result)];
  }
  std::uint64_t of(auth::ProviderType provider, AuthenticationResult result) const {
    return counts_[static_cast<std::size_t>(provider)][static_cast<std::size_t>(result)];
  }

 private:
  std::array<std::array<Tally, kResults>, kProviders> counts_;
};

}  // namespace sluice::providers
