#pragma once

#include <openssl/ssl.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::net {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPointer = std::unique_ptr<SSL, SslFree>;

/// The largest record; output is gathered up to it, so that small packets share one.
inline constexpr std::size_t kTlsRecordMax = 16 * 1024;  // bytes

/// TLS on one socket after its handshake. Reads and writes never block; `receive` and `send` keep
/// the promises of Transport.
///
/// Lives on   the thread of its connection, and may move to another.
class TlsStream {
 public:
  /// ssl           with its socket and a finished handshake
  /// common_names  of the verified certificate chain, the Client's own first
  TlsStream(SslPointer ssl, std::vector<std::string> common_names)
      : common_names_(std::move(common_names)), ssl_(std::move(ssl)) {}

  std::ptrdiff_t receive(std::span<char> buffer);
  /// scratch  room for one record
  std::ptrdiff_t send(std::span<const iovec> pieces, std::span<char> scratch);

  /// Tells the peer that no more output comes, if the socket takes it at once.
  void end_output();

  /// Something came that epoll cannot see any more: to be received without waiting.
  bool has_buffered_input() const;
  /// Receiving needs the socket to be writable first.
  bool wants_write() const { return wants_write_; }

  const std::vector<std::string>& common_names() const { return common_names_; }
  /// Nobody asks for them after CONNACK.
  void forget_common_names() { std::vector<std::string>().swap(common_names_); }

 private:
  std::ptrdiff_t send_record(std::span<const char> record);

  std::vector<std::string> common_names_;
  SslPointer ssl_;
  bool has_ended_ = false;  // the peer's output, or all of it by an error
  bool has_failed_ = false;
  bool wants_write_ = false;
  bool may_hold_more_ = true;  // not all that OpenSSL holds was asked for
};

}  // namespace sluice::net
