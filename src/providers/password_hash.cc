#include "providers/password_hash.h"

#include <crypt.h>

#include <memory>

#include "providers/crypto.h"

namespace sluice::providers {

namespace {

bool is_hashable(std::string_view password) {
  return !password.empty() && password.size() <= kPasswordBytesMax &&
         password.find('\0') == std::string_view::npos;
}

/// "$2b$10$..." with a cost that we are willing to pay.
bool is_payable_bcrypt(std::string_view hash) {
  const bool is_bcrypt =
      hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  if (!is_bcrypt || hash.size() < 7 || hash[6] != '$') return false;
  const char tens = hash[4];
  const char ones = hash[5];
  if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return false;
  return static_cast<std::uint32_t>((tens - '0') * 10 + (ones - '0')) <= kPasswordCostMax;
}

/// Empty if the setting is bad.
std::string crypt(std::string_view password, const std::string& setting) {
  const auto work = std::make_unique<crypt_data>();  // 32 KiB, which hold the password after
  const char* hash = ::crypt_r(std::string(password).c_str(), setting.c_str(), work.get());
  return hash == nullptr || hash[0] == '*' ? std::string{} : std::string(hash);
}

Result<std::string> make_setting(std::uint32_t cost) {
  if (cost < 4 || cost > kPasswordCostMax) {
    return failure("the cost of a password hash is 4 to " + std::to_string(kPasswordCostMax));
  }
  const std::string salt = random_bytes(16);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (::crypt_gensalt_rn("$2b$", cost, salt.data(), static_cast<int>(salt.size()), setting,
                         sizeof setting) == nullptr) {
    return failure("this system's libcrypt has no bcrypt");
  }
  return std::string(setting);
}

}  // namespace

Result<std::string> hash_password(std::string_view password, std::uint32_t cost) {
  if (!is_hashable(password)) {
    return failure("a password has 1 to 72 bytes and no NUL");
  }
  const auto setting = make_setting(cost);
  if (!setting) return tl::unexpected(setting.error());
  std::string hash = crypt(password, *setting);
  if (hash.empty()) return failure("the password could not be hashed");
  return hash;
}

bool verify_password(std::string_view password, const std::string& hash) {
  if (!is_hashable(password) || !is_payable_bcrypt(hash)) return false;
  const std::string computed = crypt(password, hash);
  return !computed.empty() && is_equal(computed, hash);
}

Result<std::string> make_unmatched_hash(std::uint32_t cost) {
  return make_setting(cost);
}

}  // namespace sluice::providers
