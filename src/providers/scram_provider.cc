#include "providers/scram_provider.h"

#include <utility>

#include "base/base64.h"
#include "providers/crypto.h"
#include "providers/scram_keys.h"

namespace sluice::providers {

namespace {

constexpr std::size_t kNonceBytes = 18;
constexpr std::size_t kSaltBytes = 16;

std::string server_first_message(const std::string& nonce, const auth::ScramCredentials& keys) {
  return "r=" + nonce + ",s=" + to_base64(keys.salt, Base64::Standard) +
         ",i=" + std::to_string(keys.iterations);
}

auth::Refused missing_data() {
  return {mqtt::ReasonCode::UnspecifiedError, "SCRAM: no Authentication Data"};
}

}  // namespace

ScramProvider::ScramProvider(auth::CredentialsSource& source, RuleCache& rules,
                             MakeNonce make_nonce)
    : source_(source),
      rules_(rules),
      make_nonce_(std::move(make_nonce)),
      secret_(random_bytes(32)) {}

std::string ScramProvider::random_nonce() {
  return to_base64(random_bytes(kNonceBytes), Base64::Standard);
}

Decision ScramProvider::ask(AttemptId id, const auth::ConnectRequest& request, Instant) {
  if (request.data.empty()) return missing_data();
  auto first = parse_client_first(request.data);
  if (!first) return not_authorized("SCRAM: " + first.error().what);
  Exchange exchange;
  exchange.client_id = request.client_id;
  exchange.algorithm = request.method == method_of(auth::ScramAlgorithm::Sha512)
                           ? auth::ScramAlgorithm::Sha512
                           : auth::ScramAlgorithm::Sha256;
  exchange.first = std::move(*first);
  exchange.nonce = exchange.first.nonce + make_nonce_();
  const auto credentials = find(exchange);
  if (!credentials) return unavailable("SCRAM: " + credentials.error().what);
  exchange.keys = *credentials ? *(*credentials)->scram : made_up_keys(exchange);
  exchange.server_first = server_first_message(exchange.nonce, exchange.keys);
  auth::Challenge challenge{exchange.server_first};
  exchanges_.insert_or_assign(id, std::move(exchange));
  return challenge;
}

Decision ScramProvider::step(AttemptId id, const std::string& data) {
  auto node = exchanges_.extract(id);
  if (node.empty()) return not_authorized("SCRAM: a message that nobody waits for");
  return finish(node.mapped(), data);
}

Result<std::optional<auth::Credentials>> ScramProvider::find(const Exchange& exchange) {
  auto found = source_.find(auth::scram_key(exchange.first.username, exchange.algorithm));
  if (found && *found && !(*found)->scram) return std::nullopt;
  return found;
}

auth::ScramCredentials ScramProvider::made_up_keys(const Exchange& exchange) const {
  auth::ScramCredentials keys;
  keys.algorithm = exchange.algorithm;
  keys.salt =
      hmac(Digest::Sha256, secret_, auth::scram_key(exchange.first.username, keys.algorithm))
          .substr(0, kSaltBytes);
  keys.stored_key = random_bytes(size_of(digest_of(keys.algorithm)));
  return keys;
}

Decision ScramProvider::finish(const Exchange& exchange, const std::string& data) {
  if (data.empty()) return missing_data();
  const auto last = parse_client_final(data);
  if (!last) return not_authorized("SCRAM: " + last.error().what);
  if (last->gs2_header != exchange.first.gs2_header) {
    return not_authorized("SCRAM: the messages disagree about channel binding");
  }
  if (!is_equal(last->nonce, exchange.nonce)) return not_authorized("SCRAM: wrong nonce");
  const std::string auth_message =
      exchange.first.bare + "," + exchange.server_first + "," + last->without_proof;
  if (!is_proof_right(exchange.keys, auth_message, last->proof)) {
    return not_authorized("SCRAM: no such credentials or wrong password");
  }
  // They may have changed while the Client was thinking.
  const auto credentials = find(exchange);
  if (!credentials) return unavailable("SCRAM: " + credentials.error().what);
  if (!*credentials || !is_equal((*credentials)->scram->stored_key, exchange.keys.stored_key)) {
    return not_authorized("SCRAM: the credentials have changed");
  }
  return admit(exchange, **credentials, auth_message);
}

auth::Admitted ScramProvider::admit(const Exchange& exchange, const auth::Credentials& credentials,
                                    std::string_view auth_message) {
  auth::Admitted admitted;
  admitted.data = "v=" + to_base64(server_signature(exchange.keys, auth_message), Base64::Standard);
  auth::Identity& identity = admitted.identity;
  identity.provider = auth::ProviderType::Scram;
  identity.client_type = credentials.client_type;
  identity.credentials_id = credentials.id;
  identity.credentials_name = credentials.name;
  identity.username = exchange.first.username;
  identity.rules = rules_.book_of(credentials.scram->rules)
                       ->rules_for({exchange.client_id, identity.username, ""});
  return admitted;
}

}  // namespace sluice::providers
