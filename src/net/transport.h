#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>

#include "net/tls_stream.h"
#include "runtime/file_descriptor.h"

namespace sluice::net {

/// A connected socket, plain or with TLS. Nothing blocks.
class Transport {
 public:
  Transport() = default;
  Transport(runtime::FileDescriptor socket) : socket_(std::move(socket)) {}  // NOLINT: a plain one
  Transport(runtime::FileDescriptor socket, std::unique_ptr<TlsStream> tls)
      : tls_(std::move(tls)), socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  explicit operator bool() const { return static_cast<bool>(socket_); }
  /// Null without TLS.
  TlsStream* tls() { return tls_.get(); }
  const TlsStream* tls() const { return tls_.get(); }

  /// Returns the bytes read, -1 if there is nothing to read now, 0 at the end of input, also by an
  /// error.
  std::ptrdiff_t receive(std::span<char> buffer);

  /// Returns the bytes taken, 0 if the socket takes none now, -1 if it never will. What it did not
  /// take has to be offered first the next time.
  ///
  /// scratch  kTlsRecordMax bytes to put records together in
  std::ptrdiff_t send(std::span<iovec> pieces, std::span<char> scratch);

  /// No more output comes. Input may.
  void end_output();
  /// Breaks both directions; epoll tells of it as of a lost connection.
  void break_off();
  void close();

  bool has_buffered_input() const { return tls_ && tls_->has_buffered_input(); }
  bool wants_write() const { return tls_ && tls_->wants_write(); }

 private:
  std::unique_ptr<TlsStream> tls_;
  runtime::FileDescriptor socket_;
};

}  // namespace sluice::net
