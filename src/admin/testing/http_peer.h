#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

#include "runtime/file_descriptor.h"

namespace sluice::admin::testing {

/// The other side of a connection: says what a test wants byte by byte, and waits for answers.
class HttpPeer {
 public:
  static HttpPeer tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    HttpPeer peer(AF_INET);
    peer.connect(&address, sizeof(address));
    return peer;
  }
  static HttpPeer local(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    HttpPeer peer(AF_UNIX);
    peer.connect(&address, sizeof(address));
    return peer;
  }

  bool is_connected() const { return is_connected_; }

  void send(const std::string& bytes) {
    (void)!::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  void request(const std::string& method, const std::string& target, const std::string& body = "",
               const std::string& headers = "") {
    send(method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  /// One answer, head and body; "" when the other side has closed.
  std::string read_answer() {
    while (pending_.find("\r\n\r\n") == std::string::npos) {
      if (!read_more()) return std::exchange(pending_, "");
    }
    const std::size_t head = pending_.find("\r\n\r\n") + 4;
    const std::size_t size = content_length(pending_.substr(0, head));
    while (pending_.size() < head + size) {
      if (!read_more()) break;
    }
    std::string answer = pending_.substr(0, head + size);
    pending_.erase(0, head + size);
    return answer;
  }
  /// All bytes up to and with `end`; what came when the other side has closed before.
  std::string read_until(const std::string& end) {
    std::size_t from = 0;
    while (true) {
      const std::size_t found = pending_.find(end, from);
      if (found != std::string::npos) {
        std::string text = pending_.substr(0, found + end.size());
        pending_.erase(0, text.size());
        return text;
      }
      from = pending_.size() < end.size() ? 0 : pending_.size() - end.size();
      if (!read_more()) return std::exchange(pending_, "");
    }
  }
  std::string ask(const std::string& method, const std::string& target,
                  const std::string& body = "", const std::string& headers = "") {
    request(method, target, body, headers);
    return read_answer();
  }
  /// Waits for the end of the connection.
  bool is_closed_by_peer() {
    while (read_more()) {
    }
    return true;
  }

  static int status(const std::string& answer) {
    return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
  }
  static std::string body(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }

 private:
  explicit HttpPeer(int family) : socket_(::socket(family, SOCK_STREAM, 0)) {}

  void connect(const void* address, socklen_t size) {
    is_connected_ = ::connect(socket_.get(), static_cast<const sockaddr*>(address), size) == 0;
  }
  bool read_more() {
    char buffer[4096];
    const ssize_t size = ::recv(socket_.get(), buffer, sizeof(buffer), 0);
    if (size > 0) pending_.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }
  static std::size_t content_length(const std::string& head) {
    const std::size_t found = head.find("Content-Length: ");
    return found == std::string::npos ? 0 : std::stoul(head.substr(found + 16));
  }

  runtime::FileDescriptor socket_;
  bool is_connected_ = false;
  std::string pending_;
};

}  // namespace sluice::admin::testing
