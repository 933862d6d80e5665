#include "providers/scram_keys.h"

#include <algorithm>
#include <utility>

namespace sluice::providers {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::uint32_t kIterationsMin = 4096;
constexpr std::uint32_t kIterationsMax = 10'000'000;

bool is_text(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

}  // namespace

Result<auth::ScramCredentials> make_scram_credentials(std::string_view username,
                                                      std::string_view password,
                                                      auth::ScramAlgorithm algorithm,
                                                      std::uint32_t iterations) {
  if (!is_text(username)) return failure("the user name is empty or has control characters");
  if (!is_text(password)) return failure("the password is empty or has control characters");
  if (iterations < kIterationsMin || iterations > kIterationsMax) {
    return failure("SCRAM takes 4096 to 10000000 iterations");
  }
  return make_scram_credentials(username, password, algorithm, iterations,
                                random_bytes(kSaltBytes));
}

auth::ScramCredentials make_scram_credentials(std::string_view username, std::string_view password,
                                              auth::ScramAlgorithm algorithm,
                                              std::uint32_t iterations, std::string salt) {
  const Digest digest = digest_of(algorithm);
  const std::string salted = stretch(digest, password, salt, iterations);
  auth::ScramCredentials credentials;
  credentials.username = username;
  credentials.algorithm = algorithm;
  credentials.salt = std::move(salt);
  credentials.iterations = iterations;
  credentials.stored_key = hash_of(digest, hmac(digest, salted, "Client Key"));
  credentials.server_key = hmac(digest, salted, "Server Key");
  return credentials;
}

Digest digest_of(auth::ScramAlgorithm algorithm) {
  return algorithm == auth::ScramAlgorithm::Sha256 ? Digest::Sha256 : Digest::Sha512;
}

const char* method_of(auth::ScramAlgorithm algorithm) {
  return algorithm == auth::ScramAlgorithm::Sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
}

bool is_proof_right(const auth::ScramCredentials& credentials, std::string_view auth_message,
                    std::string_view proof) {
  const Digest digest = digest_of(credentials.algorithm);
  std::string client_key = hmac(digest, credentials.stored_key, auth_message);
  if (proof.size() != client_key.size()) return false;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    client_key[i] = static_cast<char>(client_key[i] ^ proof[i]);
  }
  return is_equal(hash_of(digest, client_key), credentials.stored_key);
}

std::string server_signature(const auth::ScramCredentials& credentials,
                             std::string_view auth_message) {
  return hmac(digest_of(credentials.algorithm), credentials.server_key, auth_message);
}

}  // namespace sluice::providers
