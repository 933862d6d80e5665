#include "providers/jwt_token.h"

#include <array>
#include <utility>

#include "base/base64.h"
#include "providers/strict_json.h"

namespace sluice::providers {

std::optional<JwtAlgorithm> jwt_algorithm_of(std::string_view name) {
  using Name = std::pair<std::string_view, JwtAlgorithm>;
  static constexpr std::array<Name, 13> kNames{{{"HS256", JwtAlgorithm::HS256},
                                                {"HS384", JwtAlgorithm::HS384},
                                                {"HS512", JwtAlgorithm::HS512},
                                                {"RS256", JwtAlgorithm::RS256},
                                                {"RS384", JwtAlgorithm::RS384},
                                                {"RS512", JwtAlgorithm::RS512},
                                                {"PS256", JwtAlgorithm::PS256},
                                                {"PS384", JwtAlgorithm::PS384},
                                                {"PS512", JwtAlgorithm::PS512},
                                                {"ES256", JwtAlgorithm::ES256},
                                                {"ES384", JwtAlgorithm::ES384},
                                                {"ES512", JwtAlgorithm::ES512},
                                                {"EdDSA", JwtAlgorithm::EdDSA}}};
  for (const auto& [known, algorithm] : kNames) {
    if (known == name) return algorithm;
  }
  return std::nullopt;
}

std::optional<JwtToken> parse_jwt(std::string_view text) {
  if (text.size() > kJwtBytesMax) return std::nullopt;
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header_text = from_base64(text.substr(0, first), Base64::Url);
  auto payload = from_base64(text.substr(first + 1, second - first - 1), Base64::Url);
  auto signature = from_base64(text.substr(second + 1), Base64::Url);
  if (!header_text || !payload || !signature) return std::nullopt;
  const auto header = parse_json_object(*header_text);
  if (!header || text_of(*header, "alg").empty()) return std::nullopt;

  JwtToken token;
  token.algorithm = text_of(*header, "alg");
  token.key_id = text_of(*header, "kid");
  token.is_critical = header->contains("crit");
  token.signed_text = text.substr(0, second);
  token.payload = std::move(*payload);
  token.signature = std::move(*signature);
  return token;
}

}  // namespace sluice::providers
