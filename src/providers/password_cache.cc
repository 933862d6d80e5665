#include "providers/password_cache.h"

#include <utility>

#include "providers/crypto.h"

namespace sluice::providers {

namespace {

/// With its length before it, so that no two lists of parts make the same text.
void append_part(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
}

}  // namespace

PasswordCache::PasswordCache(seconds lifetime, std::size_t entries_max)
    : lifetime_(lifetime), entries_max_(entries_max), secret_(random_bytes(32)) {}

std::string PasswordCache::key_of(std::string_view credentials_id, std::string_view hash,
                                  std::string_view password) const {
  std::string question;
  append_part(question, credentials_id);
  append_part(question, hash);
  append_part(question, password);
  return hmac(Digest::Sha256, secret_, question);
}

bool PasswordCache::has(const std::string& credentials_id, std::string_view key, Instant now) {
  drop_old(now);
  const auto found = by_id_.find(credentials_id);
  if (found == by_id_.end() || !is_equal(found->second->key, key)) return false;
  found->second->used = now;
  entries_.splice(entries_.begin(), entries_, found->second);
  return true;
}

void PasswordCache::add(const std::string& credentials_id, std::string key, Instant now) {
  if (lifetime_ == seconds{0}) return;
  forget(credentials_id);
  drop_old(now);
  entries_.push_front({credentials_id, std::move(key), now});
  by_id_.emplace(entries_.front().credentials_id, entries_.begin());
  if (entries_.size() > entries_max_) forget(std::string(entries_.back().credentials_id));
}

void PasswordCache::forget(const std::string& credentials_id) {
  const auto found = by_id_.find(credentials_id);
  if (found == by_id_.end()) return;
  const auto entry = found->second;
  by_id_.erase(found);
  entries_.erase(entry);
}

void PasswordCache::drop_old(Instant now) {
  while (!entries_.empty() && now - entries_.back().used >= lifetime_) {
    forget(std::string(entries_.back().credentials_id));
  }
}

}  // namespace sluice::providers
