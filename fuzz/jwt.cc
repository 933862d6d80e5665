// Tokens, claims and key sets from foreign bytes: no text is accepted as a token but those that the
// RFCs signed with these keys, and whatever is read is read without harm.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/base64.h"
#include "providers/jwk.h"
#include "providers/jwt_claims.h"
#include "providers/jwt_token.h"
#include "providers/key_set.h"
#include "providers/strict_json.h"
#include "providers/verification_key.h"

namespace {

using namespace sluice;
using namespace sluice::providers;

/// The public keys of RFC 7515 A.1 to A.3 and RFC 8037 A.4.
std::vector<VerificationKey> make_keys() {
  static constexpr std::array<std::string_view, 3> kJwks{
      R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHm)"
      "fHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
      "jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxv"
      "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
      R"(yuXpoQ"})",
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"};
  std::vector<VerificationKey> keys;
  for (const auto jwk : kJwks) keys.push_back(*make_key_of_jwk(*parse_json_object(jwk)));
  keys.push_back(*VerificationKey::from_secret(*from_base64(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1"
      "Z9CAow",
      Base64::Url)));
  return keys;
}

/// Header and claims that these keys have ever signed.
bool is_signed(std::string_view text) {
  static const std::string joe =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ";
  static const std::array<std::string, 4> signed_texts{
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + joe, "eyJhbGciOiJSUzI1NiJ9." + joe,
      "eyJhbGciOiJFUzI1NiJ9." + joe, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"};
  return std::find(signed_texts.begin(), signed_texts.end(), text) != signed_texts.end();
}

void check_token(std::string_view text) {
  static const std::vector<VerificationKey> keys = make_keys();
  const auto token = parse_jwt(text);
  if (!token) return;
  const auto algorithm = jwt_algorithm_of(token->algorithm);
  if (!algorithm) return;
  std::size_t suiting = 0;
  for (const auto& key : keys) {
    suiting += key.suits(*algorithm) ? 1 : 0;
    if (key.verify(*algorithm, token->signed_text, token->signature)) {
      SLUICE_ASSERT(key.suits(*algorithm));
      SLUICE_ASSERT(is_signed(token->signed_text));
    }
  }
  SLUICE_ASSERT(suiting <= 1);  // no algorithm is for keys of two types
}

void check_claims_of(std::string_view text) {
  const auto claims = parse_json_object(text);
  if (!claims) return;
  JwtSettings settings;
  settings.client_type_claims = {{"kind", "app"}};
  settings.publish_rules_claim = "pub";
  settings.subscribe_rules_claim = "sub";
  auth::ConnectRequest request;
  request.username = "user";
  constexpr std::int64_t kNow = 1'700'000'000'000;
  const auto expires = check_times(*claims, kNow);
  if (expires && *expires) SLUICE_ASSERT(**expires > kNow);
  if (check_claims(*claims, {{"name", "${username}"}}, request)) {
    SLUICE_ASSERT(text.find("user") != std::string_view::npos ||
                  text.find('\\') != std::string_view::npos);
  }
  client_type_of(*claims, settings, request);
  if (const auto rules = rules_of(*claims, settings)) SLUICE_ASSERT(rules->has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_token(text);
  check_claims_of(text);
  if (const auto set = KeySet::parse(text)) SLUICE_ASSERT(set->size() > 0);
  return 0;
}
