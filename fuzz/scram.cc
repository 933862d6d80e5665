// The two messages of a Client that authenticates by SCRAM, from foreign bytes: the server lets in
// only who proved that it knows the password. Input: the first message, a line feed, the final one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "providers/crypto.h"
#include "providers/scram_keys.h"
#include "providers/scram_message.h"
#include "providers/scram_provider.h"

namespace {

using namespace sluice;
using namespace sluice::providers;

constexpr std::string_view kUser = "user";
constexpr std::string_view kPassword = "pencil";
const std::string kSalt = "salt of 16 bytes";
constexpr std::uint32_t kIterations = 4096;

class OneUser final : public auth::CredentialsSource {
 public:
  OneUser() {
    user_.name = kUser;
    user_.scram =
        make_scram_credentials(kUser, kPassword, auth::ScramAlgorithm::Sha256, kIterations, kSalt);
  }
  Result<std::optional<auth::Credentials>> find(std::string_view key) override {
    if (key != auth::scram_key(kUser, auth::ScramAlgorithm::Sha256)) return std::nullopt;
    return user_;
  }
  Result<std::vector<auth::Credentials>> find_x509_expressions() override {
    return std::vector<auth::Credentials>{};
  }

 private:
  auth::Credentials user_;
};

/// RFC 5802 3, computed from the password as only the Client can.
std::string proof_of(const std::string& auth_message) {
  static const std::string client_key =
      hmac(Digest::Sha256, stretch(Digest::Sha256, kPassword, kSalt, kIterations), "Client Key");
  std::string proof = hmac(Digest::Sha256, hash_of(Digest::Sha256, client_key), auth_message);
  for (std::size_t i = 0; i < proof.size(); ++i) {
    proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
  }
  return proof;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OneUser source;
  static RuleCache rules;
  static ScramProvider provider(source, rules, [] { return std::string("server"); });
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());

  auth::ConnectRequest request;
  request.method = "SCRAM-SHA-256";
  request.data = text.substr(0, end);
  const Decision first = provider.ask(1, request, Instant{});
  const auto* challenge = std::get_if<auth::Challenge>(&first);
  if (challenge == nullptr) {
    SLUICE_ASSERT(std::holds_alternative<auth::Refused>(first));
    return 0;
  }
  const std::string last_text = end < text.size() ? text.substr(end + 1) : "";
  const Decision last = provider.step(1, last_text);
  if (!std::holds_alternative<auth::Admitted>(last)) {
    SLUICE_ASSERT(std::holds_alternative<auth::Refused>(last));
    return 0;
  }
  const auto client_first = parse_client_first(request.data);
  const auto client_final = parse_client_final(last_text);
  SLUICE_ASSERT(client_first->username == kUser);
  SLUICE_ASSERT(std::get<auth::Admitted>(last).identity.username == kUser);
  SLUICE_ASSERT(client_final->proof == proof_of(client_first->bare + "," + challenge->data + "," +
                                                client_final->without_proof));
  return 0;
}
