#include "providers/verification_key.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <climits>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "providers/crypto.h"

namespace sluice::providers {

namespace {

constexpr std::size_t kSecretBytesMin = 32;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;  // time to verify grows with it

const EVP_MD* digest_of(JwtAlgorithm algorithm) {
  switch (algorithm) {
    case JwtAlgorithm::HS256:
    case JwtAlgorithm::RS256:
    case JwtAlgorithm::PS256:
    case JwtAlgorithm::ES256:
      return EVP_sha256();
    case JwtAlgorithm::HS384:
    case JwtAlgorithm::RS384:
    case JwtAlgorithm::PS384:
    case JwtAlgorithm::ES384:
      return EVP_sha384();
    case JwtAlgorithm::HS512:
    case JwtAlgorithm::RS512:
    case JwtAlgorithm::PS512:
    case JwtAlgorithm::ES512:
      return EVP_sha512();
    case JwtAlgorithm::EdDSA:
      return nullptr;  // Ed25519 has its own
  }
  SLUICE_UNREACHABLE();
}

bool is_hmac(JwtAlgorithm algorithm) {
  return algorithm <= JwtAlgorithm::HS512;
}

bool is_rsa(JwtAlgorithm algorithm) {
  return algorithm >= JwtAlgorithm::RS256 && algorithm <= JwtAlgorithm::PS512;
}

bool is_pss(JwtAlgorithm algorithm) {
  return algorithm >= JwtAlgorithm::PS256 && algorithm <= JwtAlgorithm::PS512;
}

Digest hmac_digest_of(JwtAlgorithm algorithm) {
  if (algorithm == JwtAlgorithm::HS256) return Digest::Sha256;
  return algorithm == JwtAlgorithm::HS384 ? Digest::Sha384 : Digest::Sha512;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// JOSE writes r and s one after the other, OpenSSL reads them in DER. Empty if the size is wrong.
std::string der_of(std::string_view signature, std::size_t number_bytes) {
  if (signature.size() != 2 * number_bytes) return {};
  const int size = static_cast<int>(number_bytes);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(),
                                                                   &ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes_of(signature), size, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(signature) + number_bytes, size, nullptr);
  if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* out = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &out);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(length));
  OPENSSL_free(out);
  return der;
}

bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool verify_with(EVP_PKEY* key, JwtAlgorithm algorithm, std::string_view text,
                 std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* of_key = nullptr;  // belongs to the context
  const bool is_right =
      context != nullptr &&
      EVP_DigestVerifyInit(context.get(), &of_key, digest_of(algorithm), nullptr, key) == 1 &&
      (!is_pss(algorithm) || use_pss(of_key)) &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                       text.size()) == 1;
  ERR_clear_error();  // whoever calls OpenSSL next on this thread shall not find ours
  return is_right;
}

std::string curve_of(const EVP_PKEY* key) {
  char name[64] = {};
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof name, &length) == 1 ? name : "";
}

PublicKey read_pem(std::string_view pem) {
  if (pem.size() > INT_MAX) return nullptr;
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  if (in == nullptr) return nullptr;
  PublicKey key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  if (key == nullptr && BIO_reset(in.get()) >= 0) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate != nullptr) key.reset(X509_get_pubkey(certificate.get()));
  }
  ERR_clear_error();
  return key;
}

}  // namespace

void FreeKey::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

VerificationKey::VerificationKey(Kind kind, std::string secret, PublicKey key)
    : kind_(kind), secret_(std::move(secret)), key_(std::move(key)) {}

Result<VerificationKey> VerificationKey::from_secret(std::string secret) {
  if (secret.size() < kSecretBytesMin) return failure("a JWT secret has at least 32 bytes");
  return VerificationKey(Kind::Secret, std::move(secret), nullptr);
}

Result<VerificationKey> VerificationKey::from_pem(std::string_view pem) {
  PublicKey key = read_pem(pem);
  if (key == nullptr) return failure("neither a public key nor a certificate in PEM");
  return from_public_key(std::move(key));
}

Result<VerificationKey> VerificationKey::from_public_key(PublicKey key) {
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA: {
      const int bits = EVP_PKEY_get_bits(key.get());
      if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
        return failure("an RSA key has 2048 to 8192 bits, not " + std::to_string(bits));
      }
      return VerificationKey(Kind::Rsa, {}, std::move(key));
    }
    case EVP_PKEY_EC: {
      const std::string curve = curve_of(key.get());
      if (curve == "prime256v1") return VerificationKey(Kind::P256, {}, std::move(key));
      if (curve == "secp384r1") return VerificationKey(Kind::P384, {}, std::move(key));
      if (curve == "secp521r1") return VerificationKey(Kind::P521, {}, std::move(key));
      return failure("an EC key is on P-256, P-384 or P-521, not on '" + curve + "'");
    }
    case EVP_PKEY_ED25519:
      return VerificationKey(Kind::Ed25519, {}, std::move(key));
    default:
      return failure("a key that is neither RSA, EC nor Ed25519");
  }
}

bool VerificationKey::suits(JwtAlgorithm algorithm) const {
  switch (kind_) {
    case Kind::Secret:
      return is_hmac(algorithm);
    case Kind::Rsa:
      return is_rsa(algorithm);
    case Kind::P256:
      return algorithm == JwtAlgorithm::ES256;
    case Kind::P384:
      return algorithm == JwtAlgorithm::ES384;
    case Kind::P521:
      return algorithm == JwtAlgorithm::ES512;
    case Kind::Ed25519:
      return algorithm == JwtAlgorithm::EdDSA;
  }
  SLUICE_UNREACHABLE();
}

bool VerificationKey::verify(JwtAlgorithm algorithm, std::string_view text,
                             std::string_view signature) const {
  if (!suits(algorithm)) return false;
  switch (kind_) {
    case Kind::Secret:
      return is_equal(hmac(hmac_digest_of(algorithm), secret_, text), signature);
    case Kind::P256:
      return verify_with(key_.get(), algorithm, text, der_of(signature, 32));
    case Kind::P384:
      return verify_with(key_.get(), algorithm, text, der_of(signature, 48));
    case Kind::P521:
      return verify_with(key_.get(), algorithm, text, der_of(signature, 66));
    case Kind::Rsa:
    case Kind::Ed25519:
      return verify_with(key_.get(), algorithm, text, signature);
  }
  SLUICE_UNREACHABLE();
}

}  // namespace sluice::providers
