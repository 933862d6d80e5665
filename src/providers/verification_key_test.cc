#include "providers/verification_key.h"

#include <gtest/gtest.h>

#include "providers/jwk.h"
#include "providers/jwt_for_test.h"
#include "providers/key_set.h"
#include "providers/strict_json.h"

namespace sluice::providers {
namespace {

using testing::Signer;

bool verifies(const VerificationKey& key, const std::string& token) {
  const auto parsed = parse_jwt(token);
  if (!parsed) return false;
  const auto algorithm = jwt_algorithm_of(parsed->algorithm);
  return algorithm && key.verify(*algorithm, parsed->signed_text, parsed->signature);
}

VerificationKey key_of_jwk(const std::string& jwk) {
  auto key = make_key_of_jwk(*parse_json_object(jwk));
  EXPECT_TRUE(key) << key.error().what;
  return std::move(*key);
}

const std::string kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

TEST(VerificationKey, AgreesWithRfc7515A1) {
  const auto key = VerificationKey::from_secret(*from_base64(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1"
      "Z9CAow",
      Base64::Url));

  EXPECT_TRUE(verifies(*key, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + kPayload +
                                 ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
}

TEST(VerificationKey, AgreesWithRfc7515A2) {
  const auto key = key_of_jwk(
      R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHm)"
      "fHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
      "jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxv"
      "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
      R"(yuXpoQ"})");

  EXPECT_TRUE(verifies(
      key, "eyJhbGciOiJSUzI1NiJ9." + kPayload +
               ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_"
               "lF5YKt_O8W"
               "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
               "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjt"
               "QBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
               "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6I"
               "eYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
}

TEST(VerificationKey, AgreesWithRfc7515A3) {
  const auto key =
      key_of_jwk(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                 R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");

  EXPECT_TRUE(verifies(
      key, "eyJhbGciOiJFUzI1NiJ9." + kPayload +
               ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
               "P3-Kg6NU1Q"));
}

TEST(VerificationKey, AgreesWithRfc7515A4) {
  const auto key = key_of_jwk(
      R"({"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ)"
      R"(6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDl)"
      R"(y79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})");

  EXPECT_TRUE(verifies(
      key,
      "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-"
      "mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNr"
      "mxYbSW9ERBXukOXolLzeO_Jn"));
}

TEST(VerificationKey, AgreesWithRfc8037A4) {
  const auto key = key_of_jwk(
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");

  EXPECT_TRUE(
      verifies(key,
               "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG"
               "1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
}

/// Each algorithm with a key of its own, and no other algorithm with that key.
TEST(VerificationKey, SuitsTheAlgorithmsOfItsTypeOnly) {
  const std::string all[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                             "PS512", "ES256", "ES384", "ES512", "EdDSA"};
  struct Case {
    Signer signer;
    std::string of;
  };
  Case cases[] = {{Signer::rsa(), "RS256 RS384 RS512 PS256 PS384 PS512"},
                  {Signer::ec("P-256"), "ES256"},
                  {Signer::ec("P-384"), "ES384"},
                  {Signer::ec("P-521"), "ES512"},
                  {Signer::ed25519(), "EdDSA"}};
  for (const auto& [signer, of] : cases) {
    const auto by_pem = VerificationKey::from_pem(signer.public_pem());
    ASSERT_TRUE(by_pem) << by_pem.error().what;
    const auto by_jwk = key_of_jwk("{" + signer.jwk() + "}");
    for (const auto& algorithm : all) {
      const bool suits = of.find(algorithm) != std::string::npos;
      EXPECT_EQ(by_pem->suits(*jwt_algorithm_of(algorithm)), suits) << algorithm << " " << of;
      if (!suits) continue;
      const std::string token = token_of(signer, algorithm, "{}");
      EXPECT_TRUE(verifies(*by_pem, token)) << algorithm;
      EXPECT_TRUE(verifies(by_jwk, token)) << algorithm;
      EXPECT_FALSE(
          verifies(*by_pem, token_of(signer, algorithm, "{}").replace(0, 4, "eyJh") + "A"));
    }
  }
}

TEST(VerificationKey, RefusesAPublicKeyTakenForASecret) {
  const Signer signer = Signer::rsa();
  const auto key = VerificationKey::from_pem(signer.public_pem());

  EXPECT_FALSE(verifies(*key, testing::hmac_token_of(signer.public_pem(), "{}")));
}

TEST(VerificationKey, RefusesKeysThatAreTooWeakOrStrange) {
  EXPECT_FALSE(VerificationKey::from_secret(std::string(31, 'k')));
  EXPECT_FALSE(VerificationKey::from_pem(Signer::rsa(1024).public_pem()));
  EXPECT_FALSE(VerificationKey::from_pem(Signer::ec("secp256k1").public_pem()));
  EXPECT_FALSE(VerificationKey::from_pem(""));
  EXPECT_FALSE(VerificationKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n"));
}

TEST(VerificationKey, RefusesMalformedSignatures) {
  const Signer signer = Signer::ec("P-256");
  const auto key = VerificationKey::from_pem(signer.public_pem());
  for (const std::size_t size : {0, 1, 63, 65, 70, 72, 128}) {
    EXPECT_FALSE(key->verify(JwtAlgorithm::ES256, "text", std::string(size, '\0'))) << size;
    EXPECT_FALSE(key->verify(JwtAlgorithm::ES256, "text", std::string(size, '\xff'))) << size;
  }
  EXPECT_FALSE(key->verify(JwtAlgorithm::ES256, "text", std::string(64, '\0')));
}

TEST(KeySet, FindsByKeyIdAndAlgorithm) {
  const Signer first = Signer::rsa();
  const Signer second = Signer::rsa();
  const Signer third = Signer::ed25519();
  const auto set =
      KeySet::parse(R"({"keys":[{"kid":"a",)" + first.jwk() + R"(},{"kid":"b",)" + second.jwk() +
                    R"(,"use":"sig","alg":"RS256"},{"kid":"c",)" + third.jwk() + "}]}");
  ASSERT_TRUE(set) << set.error().what;
  const auto finds = [&](const std::string& algorithm, const std::string& key_id) {
    JwtToken token;
    token.algorithm = algorithm;
    token.key_id = key_id;
    return set->find(token, *jwt_algorithm_of(algorithm)) != nullptr;
  };

  EXPECT_TRUE(finds("RS256", "a"));
  EXPECT_TRUE(finds("PS512", "a"));
  EXPECT_TRUE(finds("RS256", "b"));
  EXPECT_FALSE(finds("RS384", "b"));  // its alg says otherwise
  EXPECT_FALSE(finds("RS256", "c"));
  EXPECT_FALSE(finds("HS256", "a"));
  EXPECT_FALSE(finds("RS256", "../../etc/passwd"));
  EXPECT_TRUE(finds("EdDSA", ""));   // the only one
  EXPECT_FALSE(finds("RS256", ""));  // which of two?
}

TEST(KeySet, LeavesOutWhatItCannotUse) {
  const Signer signer = Signer::ed25519();
  const std::string good = "{" + signer.jwk() + "}";
  const auto size_of = [](const std::string& keys) {
    const auto set = KeySet::parse(R"({"keys":[)" + keys + "]}");
    return set ? set->size() : 0;
  };

  EXPECT_EQ(size_of(good), 1U);
  EXPECT_EQ(
      size_of(good + R"(,{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},)"
                     R"({"kty":"RSA","n":"AQ","e":"AQAB"},{},7,{"kty":"OKP","crv":"X25519"})"),
      1U);
  EXPECT_EQ(size_of("{" + signer.jwk() + R"(,"use":"enc"})"), 0U);
  EXPECT_EQ(size_of("{" + signer.jwk() + R"(,"key_ops":["sign"]})"), 0U);
  EXPECT_EQ(size_of("{" + signer.jwk() + R"(,"key_ops":["verify"]})"), 1U);
  EXPECT_EQ(size_of(""), 0U);
  for (const char* document : {"", "[]", "{}", R"({"keys":7})", R"({"keys":[)"}) {
    EXPECT_FALSE(KeySet::parse(document)) << document;
  }
}

TEST(KeySet, RefusesAPointOffTheCurve) {
  const std::string zero(43, 'A');
  EXPECT_FALSE(KeySet::parse(R"({"keys":[{"kty":"EC","crv":"P-256","x":")" + zero + R"(","y":")" +
                             zero + R"("}]})"));
}

}  // namespace
}  // namespace sluice::providers
