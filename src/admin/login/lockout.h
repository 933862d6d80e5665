#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace sluice::admin {

/// Slows down who guesses passwords: after kFreeTries failures of one account or of one address it
/// waits 1 s, and twice as long after each further one, at most 15 minutes.
///
/// So that nobody can be locked out by guesses from elsewhere, a locked account still takes one try
/// a second from addresses that have not failed themselves.
///
/// Limits   kEntriesMax names of each kind; the one that failed longest ago is forgotten first. An
///          hour without a failure is forgiven.
class Lockout {
 public:
  static constexpr unsigned kFreeTries = 5;
  static constexpr std::size_t kEntriesMax = 10'000;
  static constexpr seconds kLongest = std::chrono::minutes{15};
  static constexpr seconds kForgiven = std::chrono::hours{1};

  /// How long this try has to wait; nullopt: it may be checked now.
  std::optional<milliseconds> wait(std::string_view account, std::string_view address, Instant now);

  void failed(std::string_view account, std::string_view address, Instant now);
  /// The right password: forgives the account, but not the address, which may guess at others.
  void succeeded(std::string_view account);

  std::size_t size() const { return accounts_.size() + addresses_.size(); }

 private:
  struct Entry {
    std::string name;
    unsigned failures = 0;
    Instant last_failure{};
    Instant next_stranger{};  // accounts only: when an address without failures may try again

    Instant locked_until() const;
  };

  /// Found by name, ordered by the last failure.
  class Table {
   public:
    Entry* find(std::string_view name, Instant now);
    void add_failure(std::string_view name, Instant now);
    void erase(std::string_view name);
    std::size_t size() const { return order_.size(); }

   private:
    std::list<Entry> order_;
    std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
  };

  Table accounts_;
  Table addresses_;
};

/// What stands for an account in limits, whether it exists or not: its e-mail address as users are
/// found by it, of at most 320 bytes.
std::string limit_key_of_account(std::string email);

/// What stands for an address in limits: itself, or for IPv6 its /64, since a host chooses the
/// rest.
std::string limit_key_of_address(std::string_view address);

}  // namespace sluice::admin
