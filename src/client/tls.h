#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace sluice::client {

/// Which servers to believe, and who we are.
struct TlsOptions {
  std::string ca;         // PEM file; empty: the system's authorities
  std::string cert;       // PEM file with our chain; empty: none
  std::string key;        // PEM file
  bool insecure = false;  // believe any server
  int version = 0;        // 12 or 13 only; 0: either
};

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// errors  a file that cannot be used
Result<TlsContext> make_tls_context(const TlsOptions& options);

/// The Client's side of TLS over one non-blocking socket, which it does not own. What would block
/// fails with errno EAGAIN, other failures with EPROTO; `why` says more.
class TlsSession {
 public:
  /// host  that the server's certificate has to name
  TlsSession(const TlsContext& context, int fd, const std::string& host);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// 1: done, -1: see errno.
  int handshake();
  /// As recv() and send().
  long read(char* data, std::size_t size);
  long write(const char* data, std::size_t size);
  void close();

  bool wants_write() const { return wants_write_; }
  const std::string& why() const { return why_; }

 private:
  long fail(int result);

  ssl_st* ssl_;
  std::string why_;
  bool wants_write_ = false;
};

}  // namespace sluice::client
