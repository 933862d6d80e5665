#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "providers/completions.h"
#include "providers/http_call.h"

namespace sluice::providers {

/// Calls of HTTP servers, all on one thread, which begins with the first call.
///
/// Lives on   its owner's thread, to which replies return by `completions`.
/// Limit      none of its own: whoever calls bounds how many calls are on their way.
class HttpClient {
 public:
  using CallId = std::uint64_t;
  using Done = std::function<void(HttpReply)>;

  /// to_private  calls may go to loopback and link-local addresses
  HttpClient(Completions& completions, bool to_private);
  /// Ends the calls that are on their way; nothing is answered any more.
  ~HttpClient();

  CallId start(HttpCall call, Done done);
  /// `done` will not be called, and the connection is closed.
  void cancel(CallId id);

 private:
  class Thread;
  void answer(CallId id, HttpReply reply);

  Completions& completions_;
  const bool to_private_;
  CallId last_id_ = 0;
  std::unordered_map<CallId, Done> waiting_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace sluice::providers
