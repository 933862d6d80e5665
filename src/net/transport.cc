#include "net/transport.h"

#include <sys/socket.h>

#include <cerrno>

namespace sluice::net {

namespace {

bool is_temporary(int code) {
  return code == EAGAIN || code == EINTR || code == ENOBUFS || code == ENOMEM;
}

}  // namespace

std::ptrdiff_t Transport::receive(std::span<char> buffer) {
  if (tls_) return tls_->receive(buffer);
  const std::ptrdiff_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (received < 0) return is_temporary(errno) ? -1 : 0;
  return received;
}

std::ptrdiff_t Transport::send(std::span<iovec> pieces, std::span<char> scratch) {
  if (tls_) return tls_->send(pieces, scratch);
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  const std::ptrdiff_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && is_temporary(errno)) return 0;
  return sent;
}

void Transport::end_output() {
  if (tls_) tls_->end_output();
  ::shutdown(socket_.get(), SHUT_WR);
}

void Transport::break_off() {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

void Transport::close() {
  tls_.reset();
  socket_.reset();
}

}  // namespace sluice::net
