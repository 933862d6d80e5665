#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ctl/failure.h"

namespace sluice::ctl {

/// Where the administration server is, and how to show that one may.
struct Endpoint {
  std::string url;          // "http://127.0.0.1:8083"
  std::string socket_path;  // of its Unix socket; empty: by TCP
  std::string api_key;      // empty: none
  std::string ca_file;      // PEM file; empty: those that the system trusts

  /// For a person.
  std::string name() const { return socket_path.empty() ? url : "socket " + socket_path; }
};

struct HttpReply {
  int status = 0;
  std::string body;
};

/// Takes a body as it comes. false: that was enough.
using Sink = std::function<bool(std::string_view bytes)>;

/// Carries requests to a broker.
class Transport {
 public:
  virtual ~Transport() = default;

  /// target  path and query, encoded
  /// body    JSON; nullptr: none
  /// errors  Unavailable: no answer came; Usage: the URL
  virtual Outcome<HttpReply> send(const char* method, std::string_view target,
                                  const std::string* body) = 0;

  /// A GET whose body is given to `sink` and takes as long as it takes, for ever if it has no end.
  /// Of a status from 300 on the body is in the reply instead.
  /// errors  as of send; also when the connection ends before the body does
  virtual Outcome<HttpReply> stream(std::string_view target, const Sink& sink) = 0;
};

/// By libcurl: one request after the other, over one connection where the server keeps it.
///
/// errors  libcurl is missing or too old, a line break in the API key
Outcome<std::unique_ptr<Transport>> make_http_client(const Endpoint& endpoint);

}  // namespace sluice::ctl
