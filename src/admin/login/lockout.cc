#include "admin/login/lockout.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace sluice::admin {
namespace {

constexpr milliseconds kStrangerPause{1000};
constexpr std::size_t kAccountBytesMax = 320;

}  // namespace

Instant Lockout::Entry::locked_until() const {
  if (failures < kFreeTries) return last_failure;
  const unsigned doublings = std::min(failures - kFreeTries, 10U);  // 2^10 s is beyond the longest
  return last_failure + std::min(seconds{1LL << doublings}, kLongest);
}

Lockout::Entry* Lockout::Table::find(std::string_view name, Instant now) {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return nullptr;
  if (now - found->second->last_failure < kForgiven) return &*found->second;
  order_.erase(found->second);
  by_name_.erase(found);
  return nullptr;
}

void Lockout::Table::add_failure(std::string_view name, Instant now) {
  Entry entry = find(name, now) ? *find(name, now) : Entry{std::string(name), 0, now, now};
  erase(name);
  if (order_.size() >= kEntriesMax) erase(std::string(order_.front().name));
  ++entry.failures;
  entry.last_failure = now;
  order_.push_back(std::move(entry));
  by_name_.emplace(std::string(name), std::prev(order_.end()));
}

void Lockout::Table::erase(std::string_view name) {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return;
  order_.erase(found->second);
  by_name_.erase(found);
}

std::optional<milliseconds> Lockout::wait(std::string_view account, std::string_view address,
                                          Instant now) {
  const Entry* by_address = addresses_.find(address, now);
  if (by_address && now < by_address->locked_until()) return by_address->locked_until() - now;
  Entry* by_account = accounts_.find(account, now);
  if (!by_account || now >= by_account->locked_until()) return std::nullopt;
  if (by_address) return by_account->locked_until() - now;
  if (now < by_account->next_stranger) return by_account->next_stranger - now;
  by_account->next_stranger = now + kStrangerPause;
  return std::nullopt;
}

void Lockout::failed(std::string_view account, std::string_view address, Instant now) {
  accounts_.add_failure(account, now);
  addresses_.add_failure(address, now);
}

void Lockout::succeeded(std::string_view account) {
  accounts_.erase(account);
}

std::string limit_key_of_account(std::string email) {
  email.resize(std::min(email.size(), kAccountBytesMax));
  std::ranges::transform(email, email.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return email;
}

std::string limit_key_of_address(std::string_view address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) {
    return std::string(address);
  }
  constexpr std::size_t kNetworkBytes = 8;
  return "v6:" + std::string(reinterpret_cast<const char*>(bytes.data()), kNetworkBytes);
}

}  // namespace sluice::admin
