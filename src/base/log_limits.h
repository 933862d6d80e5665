#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/log.h"

namespace sluice::log {

/// For lines that a peer can cause: lets `lines_per_second` pass and counts the others.
///
/// Usable from several threads; meant for rare events, not for the packet path.
class RateLimiter {
 public:
  explicit RateLimiter(unsigned lines_per_second) : limit_(lines_per_second) {}

  struct Verdict {
    bool pass;
    std::uint64_t folded;  // lines swallowed since the last that passed
  };
  Verdict ask(Instant now);

  /// Logs a warning if the limit allows, with the number of those folded into it.
  void warn(std::string_view words, Fields fields, Instant now);

 private:
  const unsigned limit_;
  std::mutex mutex_;
  Instant window_{};
  unsigned passed_ = 0;
  std::uint64_t folded_ = 0;
};

/// The same for each Client: one line in kClientPause, so that a loud one hides nobody else.
///
/// Limit  kClientsMax are remembered; beyond it the one that was heard longest ago is forgotten.
/// All
///        of them together may write as many lines as `lines_per_second`.
class ClientRateLimiter {
 public:
  static constexpr std::size_t kClientsMax = 1000;
  static constexpr seconds kClientPause{10};

  explicit ClientRateLimiter(unsigned lines_per_second) : all_(lines_per_second) {}

  RateLimiter::Verdict ask(std::string_view client, Instant now);

 private:
  struct Client {
    std::string name;
    Instant next{};
    std::uint64_t folded = 0;
  };
  Client& find_or_add(std::string_view name);

  RateLimiter all_;
  std::mutex mutex_;
  std::list<Client> clients_;  // the one heard last first
  std::unordered_map<std::string_view, std::list<Client>::iterator> by_name_;  // views into those
};

}  // namespace sluice::log
