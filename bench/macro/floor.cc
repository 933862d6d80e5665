// The physical floor of a fan-out: an epoll relay that looks at nothing but the lengths of control
// packets, answers CONNECT and SUBSCRIBE with constant bytes and sends every QoS 0 PUBLISH as it is
// to every subscriber, one write per subscriber and turn of the loop. `sluice bench fanout --qos 0`
// against it tells what sockets alone cost here, for the generator and for any broker.
//
// Usage: floor PORT

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::string_view kConnack{"\x20\x02\x00\x00", 4};

struct Peer {
  int fd = -1;
  bool subscribed = false;
  std::string rest;    // the front part of a packet
  std::string unsent;  // what the kernel did not take
};

class Relay {
 public:
  bool listen(std::uint16_t port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
    return ::listen(listener_, 4096) == 0 && watch(listener_, EPOLL_CTL_ADD, EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 1024> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        on_event(event.data.fd, event.events);
      }
      relay();
    }
  }

 private:
  bool watch(int fd, int operation, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    return epoll_ctl(epoll_, operation, fd, &event) == 0;
  }

  void on_event(int fd, std::uint32_t events) {
    if (fd == listener_) return accept_all();
    const auto found = peers_.find(fd);
    if (found == peers_.end()) return;
    if ((events & EPOLLOUT) != 0) send_to(*found->second, {});
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read_from(*found->second);
  }

  void accept_all() {
    for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto peer = std::make_unique<Peer>();
      peer->fd = fd;
      watch(fd, EPOLL_CTL_ADD, EPOLLIN);
      peers_[fd] = std::move(peer);
    }
  }

  void read_from(Peer& peer) {
    std::memcpy(buffer_.data(), peer.rest.data(), peer.rest.size());
    const std::size_t kept = peer.rest.size();
    const ssize_t got = recv(peer.fd, buffer_.data() + kept, buffer_.size() - kept, 0);
    if (got <= 0) return drop(peer);
    std::string_view bytes(buffer_.data(), kept + static_cast<std::size_t>(got));
    while (const std::size_t size = packet_size(bytes)) {
      if (!take(peer, bytes.substr(0, size))) return drop(peer);
      bytes.remove_prefix(size);
    }
    peer.rest = bytes;
  }

  /// Size of the packet at the front, 0 if it is not complete.
  static std::size_t packet_size(std::string_view bytes) {
    std::size_t remaining = 0;
    for (std::size_t i = 1; i < bytes.size() && i <= 4; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      remaining |= static_cast<std::size_t>(byte & 0x7F) << 7 * (i - 1);
      if ((byte & 0x80) == 0) return i + 1 + remaining <= bytes.size() ? i + 1 + remaining : 0;
    }
    return 0;
  }

  bool take(Peer& peer, std::string_view packet) {
    switch (static_cast<unsigned char>(packet[0]) >> 4) {
      case 1:
        return send_to(peer, kConnack);
      case 3:
        batch_.append(packet);
        return true;
      case 8: {
        peer.subscribed = true;
        const std::array<char, 5> suback{'\x90', 3, packet[2], packet[3], 0};
        return send_to(peer, {suback.data(), suback.size()});
      }
      default:
        return false;
    }
  }

  bool send_to(Peer& peer, std::string_view bytes) {
    const bool was_blocked = !peer.unsent.empty();
    if (was_blocked) {
      peer.unsent += bytes;
      bytes = peer.unsent;
    }
    const ssize_t sent = send(peer.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    peer.unsent = std::string(bytes.substr(static_cast<std::size_t>(sent > 0 ? sent : 0)));
    if (was_blocked != !peer.unsent.empty()) {
      watch(peer.fd, EPOLL_CTL_MOD, was_blocked ? EPOLLIN : EPOLLIN | EPOLLOUT);
    }
    return true;
  }

  void relay() {
    if (batch_.empty()) return;
    for (const auto& [fd, peer] : peers_) {
      if (peer->subscribed) send_to(*peer, batch_);
    }
    batch_.clear();
  }

  void drop(Peer& peer) {
    const int fd = peer.fd;
    close(fd);
    peers_.erase(fd);
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int listener_ = -1;
  std::unordered_map<int, std::unique_ptr<Peer>> peers_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::string batch_;
};

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view text = argc == 2 ? argv[1] : "";
  std::from_chars(text.data(), text.data() + text.size(), port);
  Relay relay;
  if (port == 0 || !relay.listen(port)) {
    std::fprintf(stderr, "Usage: floor PORT, a free one of 127.0.0.1\n");
    return 1;
  }
  relay.run();
}
