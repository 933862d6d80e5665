#pragma once

#include <functional>
#include <string>

#include "admin/api.h"
#include "admin/server/http_server.h"

namespace sluice::admin {

/// A connection as the server sees it.
class OpenConnection {
 public:
  /// Between two requests: at once; else after the answer.
  virtual void close_when_idle() = 0;
  virtual void close_now() = 0;

 protected:
  ~OpenConnection() = default;
};

/// What connections need of the server.
class ConnectionHost {
 public:
  virtual Api& api() = 0;
  virtual const HttpServer::Options& options() const = 0;
  virtual bool is_stopping() const = 0;
  /// Runs `work` on the worker thread and then what it returns on the thread of the server.
  using Aside = std::function<std::function<void()>(const Response::StopFlag&)>;
  virtual void run_aside(Aside work) = 0;
  virtual void opened(OpenConnection& connection, const std::string& address) = 0;
  virtual void closed(OpenConnection& connection, const std::string& address) = 0;

 protected:
  ~ConnectionHost() = default;
};

}  // namespace sluice::admin
