#include "net/listen_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace sluice::net {

namespace {

using runtime::FileDescriptor;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr int kBacklog = 4096;  // the kernel caps it at net.core.somaxconn

std::string system_error(int code) {
  std::string text = std::strerror(code);
  if (!text.empty()) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

tl::unexpected<Error> cannot_listen(const config::ListenerSettings& listener, std::string why) {
  return failure("cannot listen on " + listener.url() + ": " + std::move(why));
}

Result<Addresses> resolve(const config::ListenerSettings& listener) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(listener.port);
  const char* host = listener.host.empty() ? nullptr : listener.host.c_str();
  const int status = ::getaddrinfo(host, port.c_str(), &hints, &found);
  if (status != 0) return cannot_listen(listener, ::gai_strerror(status));
  return Addresses(found, &::freeaddrinfo);
}

/// A bound socket that does not listen yet, or the error number, negative.
std::pair<FileDescriptor, int> bind_socket(const addrinfo& address, bool share_port) {
  FileDescriptor socket{
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  if (!socket) return {FileDescriptor{}, errno};
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (share_port) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  // Each family has its own socket, so that 0.0.0.0 and [::] may both be listed.
  if (address.ai_family == AF_INET6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0)
    return {FileDescriptor{}, errno};
  return {std::move(socket), 0};
}

/// Sockets for one address, one per shard; empty with an error number if it cannot be had.
std::pair<std::vector<FileDescriptor>, int> listen_at(const addrinfo& address, unsigned shards) {
  const bool share_port = shards > 1;
  if (share_port) {
    // SO_REUSEPORT would let a second server of the same user join the port in silence.
    const auto [probe, code] = bind_socket(address, false);
    if (!probe) return {std::vector<FileDescriptor>{}, code};
  }
  std::vector<FileDescriptor> sockets;
  for (unsigned i = 0; i < shards; ++i) {
    auto [socket, code] = bind_socket(address, share_port);
    if (!socket) return {std::vector<FileDescriptor>{}, code};
    if (::listen(socket.get(), kBacklog) != 0) return {std::vector<FileDescriptor>{}, errno};
    sockets.push_back(std::move(socket));
  }
  return {std::move(sockets), 0};
}

bool is_absent_family(int code) {
  return code == EAFNOSUPPORT || code == EADDRNOTAVAIL;
}

}  // namespace

Result<std::vector<std::vector<FileDescriptor>>> listen_on(const config::ListenerSettings& listener,
                                                           unsigned shards) {
  const auto addresses = resolve(listener);
  if (!addresses) return tl::unexpected(addresses.error());
  std::vector<std::vector<FileDescriptor>> per_shard(shards);
  int absent = 0;
  for (const addrinfo* address = addresses->get(); address != nullptr; address = address->ai_next) {
    auto [sockets, code] = listen_at(*address, shards);
    if (is_absent_family(code)) {
      absent = code;  // "localhost" on a machine without IPv6: the other address serves
      continue;
    }
    if (code != 0) return cannot_listen(listener, system_error(code));
    for (unsigned i = 0; i < shards; ++i) per_shard[i].push_back(std::move(sockets[i]));
  }
  if (per_shard.front().empty()) return cannot_listen(listener, system_error(absent));
  return per_shard;
}

}  // namespace sluice::net
