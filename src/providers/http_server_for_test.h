#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/file_descriptor.h"

namespace sluice::providers::testing {

/// A server on loopback, one thread, as well or badly behaved as the test wants.
class HttpServer {
 public:
  /// What to send; "": close the connection at once; kHang: say nothing.
  using Handler = std::function<std::string(const std::string& request)>;
  static inline const std::string kHang = "hang";

  static std::string reply(int status, const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_.get(), 4096);
    socklen_t length = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    wake_.reset(::eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { run(); });
  }

  ~HttpServer() {
    stopping_ = true;
    ::eventfd_write(wake_.get(), 1);
    thread_.join();
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  /// Blocks until so many requests have come.
  void wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return requests_.size() >= count; });
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    std::map<int, std::string> connections;
    while (!stopping_) {
      std::vector<pollfd> waits{{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
      for (const auto& [fd, read] : connections) waits.push_back({fd, POLLIN, 0});
      ::poll(waits.data(), waits.size(), -1);
      if ((waits[1].revents & POLLIN) != 0) {
        const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) connections[fd];
      }
      for (std::size_t i = 2; i < waits.size(); ++i) {
        if (waits[i].revents == 0) continue;
        if (!serve(waits[i].fd, connections[waits[i].fd])) {
          ::close(waits[i].fd);
          connections.erase(waits[i].fd);
        }
      }
    }
    for (const auto& [fd, read] : connections) ::close(fd);
  }

  /// False: the connection is done.
  bool serve(int fd, std::string& read) {
    char buffer[65536];
    const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    read.append(buffer, static_cast<std::size_t>(count));
    const std::size_t head = read.find("\r\n\r\n");
    if (head == std::string::npos) return true;
    const std::size_t at = read.find("Content-Length: ");
    const std::size_t body = at < head ? std::stoul(read.substr(at + 16)) : 0;
    if (read.size() < head + 4 + body) return true;
    const std::string request = std::exchange(read, {});
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    came_.notify_all();
    const std::string answer = handler_(request);
    if (answer == kHang) return true;
    ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    return !answer.empty();
  }

  const Handler handler_;
  runtime::FileDescriptor listener_;
  runtime::FileDescriptor wake_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace sluice::providers::testing
