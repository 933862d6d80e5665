#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::providers {

/// client-first-message of RFC 5802: "n,,n=user,r=nonce".
struct ScramClientFirst {
  std::string gs2_header;  // up to and with the second comma; the final message repeats it
  std::string bare;        // the rest
  std::string username;    // with =2C and =3D replaced
  std::string nonce;
};

/// client-final-message: "c=biws,r=nonce,p=proof".
struct ScramClientFinal {
  std::string gs2_header;     // from c=, decoded
  std::string nonce;          // the Client's and ours
  std::string proof;          // decoded
  std::string without_proof;  // the message up to ",p="
};

/// errors  malformed; channel binding demanded; to act for somebody else; a mandatory extension;
///         a User Name that is empty, not UTF-8, or has control characters
Result<ScramClientFirst> parse_client_first(std::string_view message);
Result<ScramClientFinal> parse_client_final(std::string_view message);

/// A longer message is not read.
inline constexpr std::size_t kScramMessageMax = 4096;  // bytes

}  // namespace sluice::providers
