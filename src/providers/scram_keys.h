#pragma once

#include <string>
#include <string_view>

#include "auth/credentials_source.h"
#include "base/result.h"
#include "providers/crypto.h"

namespace sluice::providers {

/// Salted and stretched as RFC 5802 3 says, with a random salt of 16 bytes. Without id, name,
/// rules.
///
/// errors  a User Name or password that is empty or has control characters; fewer than 4096
///         iterations (RFC 7677) or more than 10 million
Result<auth::ScramCredentials> make_scram_credentials(std::string_view username,
                                                      std::string_view password,
                                                      auth::ScramAlgorithm algorithm,
                                                      std::uint32_t iterations = 4096);

/// The same with a given salt.
auth::ScramCredentials make_scram_credentials(std::string_view username, std::string_view password,
                                              auth::ScramAlgorithm algorithm,
                                              std::uint32_t iterations, std::string salt);

Digest digest_of(auth::ScramAlgorithm algorithm);
const char* method_of(auth::ScramAlgorithm algorithm);  // "SCRAM-SHA-256"

/// Whether who made `proof` knows the password. Constant time for a proof of the right length.
///
/// auth_message  the three messages that both sides have seen, RFC 5802 3
bool is_proof_right(const auth::ScramCredentials& credentials, std::string_view auth_message,
                    std::string_view proof);
/// With what the server proves to the Client that it knows the keys.
std::string server_signature(const auth::ScramCredentials& credentials,
                             std::string_view auth_message);

}  // namespace sluice::providers
