#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "providers/crypto.h"

namespace sluice::providers::testing {

/// The issuer's side: keys and signatures, made with OpenSSL.
class Signer {
 public:
  static Signer rsa() { return Signer(EVP_RSA_gen(2048)); }
  static Signer rsa(unsigned bits) { return Signer(EVP_RSA_gen(bits)); }
  static Signer ec(const char* curve) { return Signer(EVP_EC_gen(curve)); }
  static Signer ed25519() { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  std::string public_pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
  }

  /// The members of a JWK without its braces.
  std::string jwk() const {
    switch (EVP_PKEY_get_base_id(key_.get())) {
      case EVP_PKEY_RSA:
        return R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
               number(OSSL_PKEY_PARAM_RSA_E) + '"';
      case EVP_PKEY_EC: {
        const int bits = EVP_PKEY_get_bits(key_.get());
        const auto size = static_cast<std::size_t>((bits + 7) / 8);
        return R"("kty":"EC","crv":"P-)" + std::to_string(bits) + R"(","x":")" +
               number(OSSL_PKEY_PARAM_EC_PUB_X, size) + R"(","y":")" +
               number(OSSL_PKEY_PARAM_EC_PUB_Y, size) + '"';
      }
      default: {
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key_.get(), bytes(raw), &size);
        return R"("kty":"OKP","crv":"Ed25519","x":")" + to_base64(raw, Base64::Url) + '"';
      }
    }
  }

  std::string sign(const std::string& algorithm, const std::string& text) const {
    const EVP_MD* digest = algorithm == "EdDSA"         ? nullptr
                           : algorithm.ends_with("256") ? EVP_sha256()
                           : algorithm.ends_with("384") ? EVP_sha384()
                                                        : EVP_sha512();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    EVP_PKEY_CTX* of_key = nullptr;
    EVP_DigestSignInit(context.get(), &of_key, digest, nullptr, key_.get());
    if (algorithm.starts_with("PS")) {
      EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string out(1024, '\0');
    std::size_t size = out.size();
    EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size());
    out.resize(size);
    return algorithm.starts_with("ES") ? raw_of(out) : out;
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  explicit Signer(EVP_PKEY* key) : key_(key) {}

  static unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
  }
  static const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  std::string number(const char* name, std::size_t size = 0) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string out(std::max(size, static_cast<std::size_t>(BN_num_bytes(value))), '\0');
    BN_bn2binpad(value, bytes(out), static_cast<int>(out.size()));
    BN_free(value);
    return to_base64(out, Base64::Url);
  }

  /// r and s one after the other, out of DER.
  std::string raw_of(const std::string& der) const {
    const auto size = static_cast<std::size_t>((EVP_PKEY_get_bits(key_.get()) + 7) / 8);
    const unsigned char* at = bytes(der);
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string out(2 * size, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes(out), static_cast<int>(size));
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes(out) + size, static_cast<int>(size));
    ECDSA_SIG_free(pair);
    return out;
  }

  std::unique_ptr<EVP_PKEY, Free> key_;
};

inline std::string signed_text_of(const std::string& header, const std::string& claims) {
  return to_base64(header, Base64::Url) + "." + to_base64(claims, Base64::Url);
}

inline std::string token_of(const Signer& signer, const std::string& algorithm,
                            const std::string& claims, const std::string& key_id = "") {
  const std::string header =
      R"({"alg":")" + algorithm + '"' + (key_id.empty() ? "" : R"(,"kid":")" + key_id + '"') + "}";
  const std::string text = signed_text_of(header, claims);
  return text + "." + to_base64(signer.sign(algorithm, text), Base64::Url);
}

inline std::string hmac_token_of(const std::string& secret, const std::string& claims,
                                 const std::string& header = R"({"alg":"HS256"})") {
  const std::string text = signed_text_of(header, claims);
  return text + "." + to_base64(hmac(Digest::Sha256, secret, text), Base64::Url);
}

}  // namespace sluice::providers::testing
