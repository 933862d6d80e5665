#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// RFC 7518 3.1 and 8037 3.1, without "none".
enum class JwtAlgorithm : std::uint8_t {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,
};

std::optional<JwtAlgorithm> jwt_algorithm_of(std::string_view name);

/// A JWT taken apart (RFC 7515, compact serialization); nothing of it is verified.
struct JwtToken {
  std::string algorithm;     // "alg"
  std::string key_id;        // "kid"; empty: none
  bool is_critical = false;  // has "crit": extensions that must be understood, and we know none
  std::string signed_text;   // what the signature is over
  std::string payload;       // decoded
  std::string signature;     // decoded
};

/// A longer token is not read.
inline constexpr std::size_t kJwtBytesMax = 16 * 1024;

/// nullopt: this is no JWT, but perhaps a password. A JWT has three parts in Base64url, of which
/// the first is a JSON object with an "alg".
std::optional<JwtToken> parse_jwt(std::string_view text);

}  // namespace sluice::providers
