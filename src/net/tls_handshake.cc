#include "net/tls_handshake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace sluice::net {

TlsHandshake::~TlsHandshake() {
  if (socket_ && interest_ != 0) loop_.remove(socket_.get(), *this);
}

void TlsHandshake::start(SSL_CTX* context, Instant deadline) {
  ssl_.reset(make_server_ssl(context, socket_.get(), &refusal_));
  interest_ = EPOLLIN;
  if (!ssl_ || !loop_.add(socket_.get(), *this, interest_)) {
    interest_ = 0;
    reason_ = "no memory left";
    has_failed_ = true;
    owner_.on_handshake(*this, Outcome::Failed);
    return owner_.on_handshake(*this, Outcome::Gone);
  }
  timers_.arm(*this, deadline);
  proceed();
}

void TlsHandshake::on_events(std::uint32_t) {
  if (has_failed_) return discard_input();
  proceed();
}

void TlsHandshake::proceed() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return owner_.on_handshake(*this, Outcome::Done);
  const int error = SSL_get_error(ssl_.get(), result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return fail(error);
  const std::uint32_t wanted = error == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT;
  if (std::exchange(interest_, wanted) != wanted) loop_.modify(socket_.get(), *this, wanted);
}

void TlsHandshake::fail(int error) {
  const unsigned long code = ERR_peek_last_error();
  const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
  reason_ = text != nullptr ? text : "the peer closed the connection";
  if (ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    refusal_.reason = "no client certificate";
  }
  if (is_certificate_refused()) reason_ = refusal_.reason;
  ERR_clear_error();
  has_failed_ = true;
  owner_.on_handshake(*this, Outcome::Failed);
  if (error == SSL_ERROR_SYSCALL) return owner_.on_handshake(*this, Outcome::Gone);
  end_refused(owner_.handshake_time() + kAlertGrace);
}

/// Closing at once with unread input would reset the connection, and with it the alert.
void TlsHandshake::end_refused(Instant until) {
  ::shutdown(socket_.get(), SHUT_WR);
  timers_.arm(*this, until);
  if (std::exchange(interest_, EPOLLIN) != EPOLLIN) loop_.modify(socket_.get(), *this, EPOLLIN);
}

void TlsHandshake::discard_input() {
  std::array<char, 4096> unwanted;
  const auto count = ::recv(socket_.get(), unwanted.data(), unwanted.size(), MSG_DONTWAIT);
  if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))) return;
  owner_.on_handshake(*this, Outcome::Gone);
}

void TlsHandshake::on_due(Instant) {
  if (!has_failed_) {
    has_failed_ = true;
    reason_ = "the handshake took too long";
    owner_.on_handshake(*this, Outcome::TimedOut);
  }
  owner_.on_handshake(*this, Outcome::Gone);
}

TlsHandshake::Result TlsHandshake::take() {
  disarm();
  loop_.remove(socket_.get(), *this);
  interest_ = 0;
  auto names = verified_common_names(ssl_.get());
  return {std::move(socket_), std::make_unique<TlsStream>(std::move(ssl_), std::move(names)),
          std::move(slot_)};
}

}  // namespace sluice::net
