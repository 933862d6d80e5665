#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "providers/jwt_token.h"
#include "providers/verification_key.h"

namespace sluice::providers {

/// The keys of one JWKS document, RFC 7517. Keys that it holds for other purposes, of unknown types
/// or curves, too weak or symmetric ones are left out, as the RFC wants it.
class KeySet {
 public:
  static constexpr std::size_t kKeysMax = 256;

  /// errors  not a JWKS; more than kKeysMax keys; no usable key at all
  static Result<KeySet> parse(std::string_view document);

  /// The key that `token` names and that its algorithm suits. A token that names none is for the
  /// only key that suits, if there is only one. Null: none.
  const VerificationKey* find(const JwtToken& token, JwtAlgorithm algorithm) const;
  std::size_t size() const { return keys_.size(); }

 private:
  struct Entry {
    std::string id;         // "kid"
    std::string algorithm;  // "alg": the only one it is for; empty: what its type allows
    VerificationKey key;
  };
  std::vector<Entry> keys_;
};

}  // namespace sluice::providers
