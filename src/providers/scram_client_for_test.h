#pragma once

#include <string>

#include "base/base64.h"
#include "providers/crypto.h"

namespace sluice::providers::testing {

/// The Client's side of SCRAM, written from RFC 5802 3 with the primitives only.
struct ScramClient {
  std::string username;
  std::string password;
  std::string nonce;
  Digest digest = Digest::Sha256;
  std::string gs2_header = "n,,";

  std::string bare() const { return "n=" + username + ",r=" + nonce; }
  std::string first() const { return gs2_header + bare(); }

  /// The final message; `server_first` is what the server sent.
  std::string final(const std::string& server_first) {
    const std::string server_nonce = between(server_first, "r=", ",s=");
    const std::string salt = *from_base64(between(server_first, ",s=", ",i="), Base64::Standard);
    const auto iterations =
        static_cast<unsigned>(std::stoul(server_first.substr(server_first.find(",i=") + 3)));
    const std::string salted = stretch(digest, password, salt, iterations);
    const std::string client_key = hmac(digest, salted, "Client Key");
    const std::string without_proof =
        "c=" + to_base64(gs2_header, Base64::Standard) + ",r=" + server_nonce;
    const std::string message = bare() + "," + server_first + "," + without_proof;
    std::string proof = hmac(digest, hash_of(digest, client_key), message);
    for (std::size_t i = 0; i < proof.size(); ++i) {
      proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
    }
    expected_server_final =
        "v=" +
        to_base64(hmac(digest, hmac(digest, salted, "Server Key"), message), Base64::Standard);
    return without_proof + ",p=" + to_base64(proof, Base64::Standard);
  }

  std::string expected_server_final = {};

 private:
  static std::string between(const std::string& text, const std::string& from,
                             const std::string& to) {
    const std::size_t begin = text.find(from) + from.size();
    return text.substr(begin, text.find(to, begin) - begin);
  }
};

}  // namespace sluice::providers::testing
