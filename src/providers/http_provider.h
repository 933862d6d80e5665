#pragma once

#include <cstddef>
#include <map>
#include <unordered_map>

#include "providers/http_client.h"
#include "providers/provider.h"
#include "providers/provider_settings.h"
#include "providers/rule_cache.h"

namespace sluice::providers {

/// HTTP: a server of the operator's says who a Client is.
///
/// Limits   `parallel_max` calls at a time; more wait in a queue of this provider's own, for no
///          longer than the timeout all in all; beyond `queue_max` they are told that we are busy.
class HttpProvider final : public Provider {
 public:
  HttpProvider(HttpSettings settings, std::size_t queue_max, HttpClient& http, RuleCache& rules,
               AskAgain ask_again);
  void set_queue_max(std::size_t queue_max) { queue_max_ = queue_max; }
  ~HttpProvider() override;

  auth::ProviderType type() const override { return auth::ProviderType::Http; }
  Decision ask(AttemptId id, const auth::ConnectRequest& request, Instant now) override;
  void cancel(AttemptId id) override;
  Instant next_deadline() const override;
  void on_time(Instant now) override;

 private:
  struct Queued {
    HttpCall call;
    Instant until;
  };

  void launch(AttemptId id, HttpCall call, milliseconds timeout);
  void finish(AttemptId id, HttpReply reply);
  bool has_room() const { return calls_.size() < settings_.parallel_max; }

  const HttpSettings settings_;
  std::size_t queue_max_;
  HttpClient& http_;
  RuleCache& rules_;
  const AskAgain ask_again_;
  std::unordered_map<AttemptId, HttpClient::CallId> calls_;  // on their way
  std::map<AttemptId, Queued> queue_;                 // ids grow, so the first has waited longest
  std::unordered_map<AttemptId, HttpReply> replies_;  // for those that are asked again right away
};

}  // namespace sluice::providers
