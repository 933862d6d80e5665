#include "net/acceptor.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace sluice::net {

namespace {

runtime::FileDescriptor make_spare() {
  return runtime::FileDescriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

}  // namespace

Acceptor::Acceptor(runtime::FileDescriptor socket, Listener& listener, AcceptorSink& sink)
    : socket_(std::move(socket)), listener_(listener), sink_(sink), spare_(make_spare()) {}

void Acceptor::on_events(std::uint32_t) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    if (!accept_one()) return;
  }
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  runtime::FileDescriptor socket{::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&address),
                                           &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (socket) {
    sink_.on_accepted(std::move(socket), PeerAddress::from(address), listener_);
    return true;
  }
  // A connection that ended while it waited, or a network error that accept4 passes on.
  if (errno != EAGAIN && errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
      errno != ENOBUFS) {
    return true;
  }
  if (errno != EAGAIN) shed_one();
  return false;
}

void Acceptor::shed_one() {
  // The listening socket stays readable while a connection waits: without this the loop would spin.
  spare_.reset();
  runtime::FileDescriptor{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)}.reset();
  spare_ = make_spare();
  sink_.on_no_descriptor();
}

}  // namespace sluice::net
