#include "net/proxy_greeting.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "net/proxy_header.h"

namespace sluice::net {

void ProxyGreeting::start(runtime::EventLoop& loop, runtime::TimerWheel& timers, Instant deadline) {
  timers.arm(*this, deadline);
  if (!loop.add(socket_.get(), *this, EPOLLIN)) owner_.on_greeted(*this, Outcome::Lost);
}

runtime::FileDescriptor ProxyGreeting::take_socket(runtime::EventLoop& loop) {
  loop.remove(socket_.get(), *this);
  return std::move(socket_);
}

void ProxyGreeting::on_due(Instant) {
  owner_.on_greeted(*this, Outcome::TimedOut);
}

void ProxyGreeting::on_events(std::uint32_t) {
  std::array<char, kProxyHeaderMax> buffer;
  const std::size_t room = buffer.size() - read_.size();
  const auto peeked = ::recv(socket_.get(), buffer.data(), room, MSG_PEEK | MSG_DONTWAIT);
  if (peeked < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (peeked <= 0) return owner_.on_greeted(*this, Outcome::Lost);
  const std::size_t before = read_.size();
  read_.append(buffer.data(), static_cast<std::size_t>(peeked));

  ProxyHeader header;
  const ProxyHeaderStatus status = parse_proxy_header(read_, &header);
  if (status == ProxyHeaderStatus::Malformed) {
    return owner_.on_greeted(*this, Outcome::Malformed);
  }
  // Of an incomplete header everything belongs to it; behind a whole one the Client's bytes stay.
  const bool is_whole = status == ProxyHeaderStatus::Complete;
  const std::size_t taken = (is_whole ? header.size : read_.size()) - before;
  ::recv(socket_.get(), buffer.data(), taken, MSG_DONTWAIT);
  if (!is_whole) return;
  if (header.source) peer_ = *header.source;
  owner_.on_greeted(*this, Outcome::Done);
}

}  // namespace sluice::net
