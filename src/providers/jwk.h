#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "providers/verification_key.h"

namespace sluice::providers {

/// The public key of a JWK: RSA and EC of RFC 7518 6, Ed25519 of RFC 8037 2. A symmetric one
/// ("oct") is refused: a secret that anybody can read is none.
///
/// errors  members that are missing or malformed, and as VerificationKey::from_public_key
Result<VerificationKey> make_key_of_jwk(const boost::json::object& jwk);

}  // namespace sluice::providers
