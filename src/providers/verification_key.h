#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "providers/jwt_token.h"

namespace sluice::providers {

struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreeKey>;

/// A key and what it is for. The key's type says with which algorithms it may be used, never the
/// token: a public RSA key is no HMAC secret, and no key is for "none".
class VerificationKey {
 public:
  /// errors  fewer than 32 bytes
  static Result<VerificationKey> from_secret(std::string secret);
  /// A public key ("BEGIN PUBLIC KEY") or a certificate.
  /// errors  unreadable; RSA of fewer than 2048 or more than 8192 bits; another curve than P-256,
  ///         P-384, P-521 and Ed25519; another type
  static Result<VerificationKey> from_pem(std::string_view pem);
  /// errors  as `from_pem`
  static Result<VerificationKey> from_public_key(PublicKey key);

  bool suits(JwtAlgorithm algorithm) const;
  /// Whether this key, which must suit, signed the text. Takes up to a millisecond.
  bool verify(JwtAlgorithm algorithm, std::string_view text, std::string_view signature) const;

 private:
  enum class Kind : std::uint8_t { Secret, Rsa, P256, P384, P521, Ed25519 };
  VerificationKey(Kind kind, std::string secret, PublicKey key);

  Kind kind_;
  std::string secret_;
  PublicKey key_;
};

}  // namespace sluice::providers
