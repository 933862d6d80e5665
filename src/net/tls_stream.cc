#include "net/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>

namespace sluice::net {

namespace {

/// Gives out runs of bytes of at most one record from pieces that are shorter or longer.
class RecordGatherer {
 public:
  RecordGatherer(std::span<const iovec> pieces, std::span<char> scratch)
      : pieces_(pieces), scratch_(scratch) {}

  /// The front of what is not consumed; copied only where a record spans pieces.
  std::span<const char> front() const {
    const std::span<const char> first = rest_of(0);
    if (first.size() >= kTlsRecordMax) return first.first(kTlsRecordMax);
    if (pieces_.size() <= 1) return first;
    std::size_t size = 0;
    for (std::size_t i = 0; i < pieces_.size() && size < scratch_.size(); ++i) {
      const std::span<const char> piece = rest_of(i);
      const std::size_t count = std::min(piece.size(), scratch_.size() - size);
      if (count > 0) std::memcpy(scratch_.data() + size, piece.data(), count);
      size += count;
    }
    return scratch_.first(size);
  }

  void consume(std::size_t count) {
    while (!pieces_.empty() && count >= rest_of(0).size()) {
      count -= rest_of(0).size();
      pieces_ = pieces_.subspan(1);
      offset_ = 0;
    }
    offset_ += count;
  }

 private:
  std::span<const char> rest_of(std::size_t i) const {
    if (i >= pieces_.size()) return {};
    const std::span<const char> piece(static_cast<const char*>(pieces_[i].iov_base),
                                      pieces_[i].iov_len);
    return piece.subspan(i == 0 ? offset_ : 0);
  }

  std::span<const iovec> pieces_;
  std::span<char> scratch_;
  std::size_t offset_ = 0;  // of the first piece
};

}  // namespace

std::ptrdiff_t TlsStream::receive(std::span<char> buffer) {
  std::size_t received = 0;
  wants_write_ = false;
  may_hold_more_ = true;
  // A call gives one record at most: until the socket is empty, or epoll would not speak of the
  // records that were read with the first.
  while (received < buffer.size() && !has_ended_) {
    ERR_clear_error();
    std::size_t count = 0;
    if (SSL_read_ex(ssl_.get(), buffer.data() + received, buffer.size() - received, &count) == 1) {
      received += count;
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), 0);
    wants_write_ = error == SSL_ERROR_WANT_WRITE;
    may_hold_more_ = false;  // but for a part of a record
    if (error == SSL_ERROR_WANT_READ || wants_write_) break;
    has_ended_ = true;
    has_failed_ = error != SSL_ERROR_ZERO_RETURN;
    ERR_clear_error();
  }
  if (received > 0) return static_cast<std::ptrdiff_t>(received);
  return has_ended_ ? 0 : -1;
}

std::ptrdiff_t TlsStream::send(std::span<const iovec> pieces, std::span<char> scratch) {
  RecordGatherer gatherer(pieces, scratch);
  std::ptrdiff_t sent = 0;
  for (;;) {
    const std::span<const char> record = gatherer.front();
    if (record.empty()) return sent;
    const std::ptrdiff_t count = send_record(record);
    if (count < 0) return sent > 0 ? sent : -1;  // the next call tells the error
    if (count == 0) return sent;
    sent += count;
    gatherer.consume(static_cast<std::size_t>(count));
  }
}

/// A record that the socket does not take stays in OpenSSL, encrypted. The caller keeps its bytes
/// and offers them again in front of others, so that the next call continues the same record.
std::ptrdiff_t TlsStream::send_record(std::span<const char> record) {
  if (has_failed_) return -1;
  ERR_clear_error();
  std::size_t count = 0;
  if (SSL_write_ex(ssl_.get(), record.data(), record.size(), &count) == 1) {
    return static_cast<std::ptrdiff_t>(count);
  }
  if (SSL_get_error(ssl_.get(), 0) == SSL_ERROR_WANT_WRITE) return 0;
  // Waiting for input would be renegotiation, which is off.
  has_failed_ = true;
  ERR_clear_error();
  return -1;
}

void TlsStream::end_output() {
  if (has_failed_) return;  // OpenSSL allows nothing after an error
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

bool TlsStream::has_buffered_input() const {
  return has_ended_ || (may_hold_more_ && SSL_has_pending(ssl_.get()) == 1);
}

}  // namespace sluice::net
