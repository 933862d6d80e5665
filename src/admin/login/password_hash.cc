#include "admin/login/password_hash.h"

#include <argon2.h>

#include <array>

#include "admin/login/secrets.h"
#include "providers/password_hash.h"

namespace sluice::admin {
namespace {

constexpr std::uint32_t kMemoryKiB = 19 * 1024;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kOurParameters = "$argon2id$v=19$m=19456,t=2,p=1$";

}  // namespace

Result<std::string> hash_user_password(std::string_view password) {
  const std::string salt = random_bytes(kSaltBytes);
  std::array<char, 128> encoded{};
  const int code =
      argon2id_hash_encoded(kPasses, kMemoryKiB, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) return failure(std::string("Argon2: ") + argon2_error_message(code));
  return std::string(encoded.data());
}

PasswordMatch match_user_password(std::string_view password, const std::string& hash) {
  if (password.size() > kPasswordBytesMax) return PasswordMatch::No;
  if (hash.starts_with("$2")) {
    return providers::verify_password(password, hash) ? PasswordMatch::YesButRehash
                                                      : PasswordMatch::No;
  }
  const bool is_right =
      argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
  if (!is_right) return PasswordMatch::No;
  return hash.starts_with(kOurParameters) ? PasswordMatch::Yes : PasswordMatch::YesButRehash;
}

void match_nobody(std::string_view password) {
  static const std::string kNobody = hash_user_password(random_text(16)).value_or("");
  (void)match_user_password(password, kNobody);
}

}  // namespace sluice::admin
