#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "admin/api.h"
#include "base/result.h"
#include "base/time.h"

namespace sluice::admin {

/// Serves an Api by HTTP/1.1 on a TCP port, with or without TLS, and on a Unix socket.
///
/// Lives on   the thread that calls `run`: sockets, handlers and timers take turns on it. What
///            handlers leave to be worked on (`Response::work`) runs on one thread more.
/// Limits     connections in all and per address; a time for each step of a request, so that who
///            sends slowly is closed; head and body sizes.
class HttpServer {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;   // 0: any that is free
    std::string certificate;  // PEM files; empty: without TLS
    std::string key;
    std::string socket_path;  // empty: no Unix socket
    std::size_t connections_max = 512;
    std::size_t connections_per_address_max = 64;
    std::size_t head_bytes_max = 16 * 1024;
    milliseconds head_timeout{30'000};  // also the time that a connection may idle
    milliseconds body_timeout{60'000};
    milliseconds write_timeout{60'000};
    milliseconds stop_timeout{5'000};  // for requests that are under way
  };

  /// errors  an address that cannot be bound, a certificate or key that cannot be used
  static Result<std::unique_ptr<HttpServer>> make(Options options, Api& api);
  ~HttpServer();

  std::uint16_t port() const;

  /// Until `stop`, and the requests under way are answered.
  void run();
  /// From any thread.
  void stop();
  /// Runs `task` on the thread of `run`. From any thread.
  void post(std::function<void()> task);
  /// Runs `task` there again and again. Before `run`.
  void repeat(milliseconds interval, std::function<void()> task);

 private:
  HttpServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::admin
