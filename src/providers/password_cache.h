#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace sluice::providers {

/// Which password of which credentials was right, without the password: a HMAC-SHA-256 with a key
/// that only this process knows. The hash is part of it, so a changed password is never a hit.
///
/// Limit   one entry for each of `entries_max` credentials, of which the least used goes; an entry
///         lives `lifetime` since its last use.
class PasswordCache {
 public:
  static constexpr std::size_t kEntriesMax = 200'000;

  /// lifetime  0: nothing is remembered
  explicit PasswordCache(seconds lifetime, std::size_t entries_max = kEntriesMax);

  /// Entries that are older then go with the next one.
  void set_lifetime(seconds lifetime) { lifetime_ = lifetime; }

  /// Names the question whether `password` has `hash`.
  std::string key_of(std::string_view credentials_id, std::string_view hash,
                     std::string_view password) const;

  /// Whether the answer to `key` is remembered; it then is for another lifetime.
  bool has(const std::string& credentials_id, std::string_view key, Instant now);
  void add(const std::string& credentials_id, std::string key, Instant now);
  void forget(const std::string& credentials_id);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string credentials_id;
    std::string key;
    Instant used;
  };
  using Entries = std::list<Entry>;  // the last used first
  void drop_old(Instant now);

  seconds lifetime_;
  const std::size_t entries_max_;
  const std::string secret_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_id_;  // views into the entries
};

}  // namespace sluice::providers
