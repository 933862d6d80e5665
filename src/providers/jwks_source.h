#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "providers/http_client.h"
#include "providers/key_set.h"
#include "providers/provider.h"
#include "providers/provider_settings.h"

namespace sluice::providers {

/// Keys that an issuer of tokens publishes by URL.
///
/// Fetched when it begins and again every `refresh_interval`. When the issuer does not answer, the
/// keys it had stay good for a day. A token that names an unknown key has it fetched again, but
/// never more often than every 30 s, so that bad tokens cannot make us call it.
class JwksSource {
 public:
  static constexpr seconds kUnknownKeyInterval{30};
  static constexpr seconds kOutageMax = std::chrono::hours{24};

  JwksSource(JwksVerifier verifier, HttpClient& http, Provider::AskAgain ask_again);
  ~JwksSource();

  /// The key for this token; null: none that is known or still good.
  const VerificationKey* find(const JwtToken& token, JwtAlgorithm algorithm, Instant now) const;
  /// Whether it is worth while to wait: keys are being fetched or will be now, and `id` is asked
  /// again when they came or did not.
  bool wait(AttemptId id, Instant now);
  void cancel(AttemptId id) { std::erase(waiting_, id); }

  /// Why the last fetch brought nothing; empty: it did.
  const std::string& problem() const { return problem_; }

  Instant next_deadline() const { return call_ ? kNever : due_; }
  void on_time(Instant now);

 private:
  void fetch(Instant now);
  void on_reply(const HttpReply& reply);

  const JwksVerifier verifier_;
  HttpClient& http_;
  const Provider::AskAgain ask_again_;
  std::optional<KeySet> keys_;
  Instant fetched_{};     // when the keys were asked for
  Instant last_fetch_{};  // also one without success
  Instant due_{};         // of the next; at first at once
  std::optional<HttpClient::CallId> call_;
  std::vector<AttemptId> waiting_;
  std::string problem_ = "not fetched yet";
};

}  // namespace sluice::providers
