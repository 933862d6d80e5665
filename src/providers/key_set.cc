#include "providers/key_set.h"

#include <boost/json/array.hpp>
#include <utility>

#include "providers/jwk.h"
#include "providers/strict_json.h"

namespace sluice::providers {

namespace {

namespace json = boost::json;

/// RFC 7517 4.2 and 4.3: what is for encryption signs nothing.
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use") && text_of(jwk, "use") != "sig") return false;
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  if (!operations->is_array()) return false;
  for (const auto& operation : operations->get_array()) {
    if (operation == "verify") return true;
  }
  return false;
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view document) {
  const auto object = parse_json_object(document);
  if (!object) return tl::unexpected(object.error());
  const json::value* list = object->if_contains("keys");
  if (list == nullptr || !list->is_array()) return failure("a JWKS without 'keys'");
  if (list->get_array().size() > kKeysMax) return failure("more than 256 keys");
  KeySet set;
  std::string reason = "it is empty";
  for (const auto& value : list->get_array()) {
    if (!value.is_object() || !is_for_signatures(value.get_object())) continue;
    const json::object& jwk = value.get_object();
    auto key = make_key_of_jwk(jwk);
    if (!key) {
      reason = key.error().what;
      continue;
    }
    set.keys_.push_back(
        {std::string(text_of(jwk, "kid")), std::string(text_of(jwk, "alg")), std::move(*key)});
  }
  if (set.keys_.empty()) return failure("no usable key in the JWKS: " + reason);
  return set;
}

const VerificationKey* KeySet::find(const JwtToken& token, JwtAlgorithm algorithm) const {
  const VerificationKey* found = nullptr;
  for (const auto& entry : keys_) {
    if (!token.key_id.empty() && entry.id != token.key_id) continue;
    if (!entry.algorithm.empty() && entry.algorithm != token.algorithm) continue;
    if (!entry.key.suits(algorithm)) continue;
    if (!token.key_id.empty()) return &entry.key;
    if (found != nullptr) return nullptr;
    found = &entry.key;
  }
  return found;
}

}  // namespace sluice::providers
