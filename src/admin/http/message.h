#pragma once

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "admin/http/api_error.h"
#include "admin/http/body_source.h"
#include "admin/http/query.h"
#include "admin/role.h"

namespace sluice::admin {

/// What is known of a request before its body is read.
struct RequestHead {
  std::string method;         // "GET"
  std::string target;         // path and query, as sent
  std::string authorization;  // X-Authorization, else Authorization
  std::string api_key;        // X-API-Key
  std::string accept;
  std::string last_event_id;    // Last-Event-ID
  std::string idempotency_key;  // Idempotency-Key
  std::string address;        // of the other side, without port; "local" for the Unix socket
  bool is_local = false;      // came by the Unix socket
};

/// What a handler gets: who asks was established, the role is sufficient, the body is JSON.
struct Request {
  std::map<std::string, std::string, std::less<>> params;  // of the path's pattern
  Query query;
  boost::json::value body;  // null without one
  Caller caller;
  std::string accept;         // the header
  std::string last_event_id;  // the header Last-Event-ID

  const std::string& param(std::string_view name) const { return params.find(name)->second; }
};

/// What is answered; or work that is too long for the admin thread, and then what it returns; or a
/// body that comes piece by piece.
struct Response {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;

  using Finish = std::function<Outcome<Response>()>;  // runs on the admin thread
  /// Set when nobody waits for the work any more.
  using StopFlag = std::atomic<bool>;
  using Work = std::function<Finish(const StopFlag&)>;
  /// Runs on the server's worker thread and touches no store. The rest is ignored if this is set.
  Work work;

  /// The body in place of `body`, sent as it comes; the connection ends with it.
  std::shared_ptr<BodySource> stream;

  static Response json(const boost::json::value& value) {
    Response response;
    response.body = boost::json::serialize(value);
    return response;
  }
  static Response empty() { return {}; }
  static Response later(Work work) {
    Response response;
    response.work = std::move(work);
    return response;
  }
  static Response streamed(std::string content_type, std::shared_ptr<BodySource> source) {
    Response response;
    response.content_type = std::move(content_type);
    response.stream = std::move(source);
    return response;
  }
};

}  // namespace sluice::admin
