#include "providers/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "providers/strict_json.h"

namespace sluice::providers {

namespace {

using Builder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;
using Params = std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

constexpr std::size_t kNumberBytesMax = 1024;  // RSA of 8192 bits

Builder make_builder() {
  return {OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free};
}

/// Member `name` in Base64url; empty if it is missing or malformed.
std::string bytes_of(const boost::json::object& jwk, std::string_view name) {
  return from_base64(text_of(jwk, name), Base64::Url).value_or("");
}

Number number_of(const std::string& bytes) {
  BIGNUM* number = nullptr;
  if (!bytes.empty() && bytes.size() <= kNumberBytesMax) {
    number = BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                       static_cast<int>(bytes.size()), nullptr);
  }
  return {number, &BN_free};
}

PublicKey build(const char* type, const Builder& builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (params != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  }
  ERR_clear_error();
  return PublicKey(key);
}

PublicKey make_rsa(const boost::json::object& jwk) {
  const Number modulus = number_of(bytes_of(jwk, "n"));
  const Number exponent = number_of(bytes_of(jwk, "e"));
  if (modulus == nullptr || exponent == nullptr) return nullptr;
  const Builder builder = make_builder();
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return build("RSA", builder);
}

PublicKey make_ec(const boost::json::object& jwk) {
  const std::string_view curve = text_of(jwk, "crv");
  const std::size_t size = curve == "P-256" ? 32 : curve == "P-384" ? 48 : 66;
  const char* group = curve == "P-256"   ? "prime256v1"
                      : curve == "P-384" ? "secp384r1"
                      : curve == "P-521" ? "secp521r1"
                                         : nullptr;
  const std::string x = bytes_of(jwk, "x");
  const std::string y = bytes_of(jwk, "y");
  if (group == nullptr || x.size() != size || y.size() != size) return nullptr;
  const std::string point = "\x04" + x + y;  // uncompressed; OpenSSL refuses one off the curve
  const Builder builder = make_builder();
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return build("EC", builder);
}

PublicKey make_ed25519(const boost::json::object& jwk) {
  const std::string x = bytes_of(jwk, "x");
  if (text_of(jwk, "crv") != "Ed25519" || x.size() != 32) return nullptr;
  return PublicKey(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(x.data()), x.size()));
}

}  // namespace

Result<VerificationKey> make_key_of_jwk(const boost::json::object& jwk) {
  const std::string_view type = text_of(jwk, "kty");
  PublicKey key;
  if (type == "RSA") {
    key = make_rsa(jwk);
  } else if (type == "EC") {
    key = make_ec(jwk);
  } else if (type == "OKP") {
    key = make_ed25519(jwk);
  } else {
    return failure("a key of type '" + std::string(type) + "'");
  }
  if (key == nullptr) return failure("a malformed " + std::string(type) + " key");
  return VerificationKey::from_public_key(std::move(key));
}

}  // namespace sluice::providers
