#pragma once

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

/// Sends one request after the other, over one connection where the server keeps it.
class HttpClient {
 public:
  /// errors  libcurl is missing or too old, a line break in the API key
  static Outcome<HttpClient> make(const Endpoint& endpoint);
  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

  /// target  path and query, encoded
  /// body    JSON; nullptr: none
  /// errors  Unavailable: no answer came; Usage: the URL
  Outcome<HttpReply> send(const char* method, std::string_view target, const std::string* body);

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::ctl
