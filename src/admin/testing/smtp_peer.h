#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "admin/testing/self_signed.h"
#include "base/assert.h"
#include "base/base64.h"
#include "runtime/file_descriptor.h"

namespace sluice::admin::testing {

/// A mail server on loopback, one conversation at a time, as well or badly behaved as the test
/// wants.
class SmtpPeer {
 public:
  struct Options {
    bool speaks_tls = false;  // from the first byte, smtps
    bool offers_start_tls = false;
    std::string login = "";  // AUTH PLAIN takes just this "user:password"; empty: no AUTH
    std::string answer_to_rcpt = "250 fine";
    bool is_silent = false;  // accepts connections, says nothing
  };
  struct Mail {
    std::vector<std::string> commands;  // of the conversation, without the mail's text
    bool was_tls = false;
    std::string text;  // as sent, with CRLF
  };

  explicit SmtpPeer(Options options) : options_(std::move(options)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to who has gone
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SLUICE_ASSERT(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
                  0);
    SLUICE_ASSERT(::listen(listener_.get(), 16) == 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  SmtpPeer() : SmtpPeer(Options{}) {}
  ~SmtpPeer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      ::shutdown(listener_.get(), SHUT_RDWR);
      if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    }
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  /// In PEM; it is its own authority.
  const std::string& certificate() const { return identity_.certificate_pem; }

  /// Blocks until so many mails have come; the last of them.
  Mail wait_for_mail(std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return mails_.size() >= count; });
    return mails_[count - 1];
  }
  /// Blocks until somebody has connected.
  void wait_for_connection() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return connection_ >= 0; });
  }
  std::size_t mail_count() {
    const std::lock_guard lock(mutex_);
    return mails_.size();
  }
  /// What was said in conversations without a mail.
  std::vector<std::string> commands() {
    const std::lock_guard lock(mutex_);
    return commands_;
  }

 private:
  /// One connection, with TLS or without.
  class Stream {
   public:
    explicit Stream(int fd) : fd_(fd) {}
    ~Stream() { SSL_free(tls_); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    bool is_tls() const { return tls_ != nullptr; }
    bool start_tls(SSL_CTX* context) {
      tls_ = SSL_new(context);
      SSL_set_fd(tls_, fd_);
      return SSL_accept(tls_) == 1;
    }
    void say(const std::string& line) {
      const std::string bytes = line + "\r\n";
      if (tls_) {
        SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
      } else {
        (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      }
    }
    /// Up to and with `end`; "": the other side has closed.
    std::string read_until(const std::string& end) {
      std::size_t found = 0;
      while ((found = pending_.find(end)) == std::string::npos) {
        char buffer[4096];
        const auto size = tls_ ? SSL_read(tls_, buffer, sizeof buffer)
                               : static_cast<int>(::recv(fd_, buffer, sizeof buffer, 0));
        if (size <= 0) return "";
        pending_.append(buffer, static_cast<std::size_t>(size));
      }
      std::string text = pending_.substr(0, found + end.size());
      pending_.erase(0, text.size());
      return text;
    }

   private:
    int fd_;
    SSL* tls_ = nullptr;
    std::string pending_;
  };

  void run() {
    while (true) {
      runtime::FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        connection_ = socket.get();
      }
      came_.notify_all();
      Stream stream(socket.get());
      converse(stream);
      const std::lock_guard lock(mutex_);
      connection_ = -1;
    }
  }

  void converse(Stream& stream) {
    if (options_.is_silent) {
      (void)stream.read_until("\n");
      return;
    }
    if (options_.speaks_tls && !stream.start_tls(identity_.context.get())) return;
    stream.say("220 peer ready");
    Mail mail;
    while (true) {
      std::string line = stream.read_until("\r\n");
      if (line.empty()) return;
      line.resize(line.size() - 2);
      mail.commands.push_back(line);
      note(line);
      if (!answer(stream, line, mail)) return;
    }
  }

  /// False: the conversation is over.
  bool answer(Stream& stream, const std::string& line, Mail& mail) {
    if (line.starts_with("EHLO")) {
      stream.say("250-peer");
      if (options_.offers_start_tls && !stream.is_tls()) stream.say("250-STARTTLS");
      if (!options_.login.empty()) stream.say("250-AUTH PLAIN");
      stream.say("250 SIZE 100000");
    } else if (line == "STARTTLS") {
      stream.say("220 go on");
      return stream.start_tls(identity_.context.get());
    } else if (line.starts_with("AUTH PLAIN")) {
      std::string given = line.size() > 11 ? line.substr(11) : "";
      if (given.empty()) {
        stream.say("334 ");
        given = stream.read_until("\r\n");
        given.resize(given.size() - 2);
      }
      stream.say(given == expected_login() ? "235 welcome" : "535 5.7.8 who are you");
    } else if (line.starts_with("RCPT")) {
      stream.say(options_.answer_to_rcpt);
    } else if (line == "DATA") {
      stream.say("354 go on");
      mail.text = stream.read_until("\r\n.\r\n");
      mail.was_tls = stream.is_tls();
      keep(mail);
      stream.say("250 taken");
    } else if (line.starts_with("CONNECT")) {
      return false;  // it is no proxy
    } else if (line == "QUIT") {
      stream.say("221 bye");
      return false;
    } else {
      stream.say("250 fine");
    }
    return true;
  }

  std::string expected_login() const {
    std::string text = options_.login;
    text[text.find(':')] = '\0';
    return to_base64(std::string(1, '\0') + text, Base64::Standard);
  }
  void note(const std::string& line) {
    const std::lock_guard lock(mutex_);
    commands_.push_back(line);
  }
  void keep(const Mail& mail) {
    {
      const std::lock_guard lock(mutex_);
      mails_.push_back(mail);
    }
    came_.notify_all();
  }

  const Options options_;
  const SelfSigned identity_ = SelfSigned::for_loopback();
  runtime::FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  bool stopping_ = false;
  int connection_ = -1;
  std::vector<Mail> mails_;
  std::vector<std::string> commands_;
  std::thread thread_;
};

/// The text of a mail as a reader sees it.
inline std::string decoded_text(const std::string& wire) {
  const std::size_t body = wire.find("\r\n\r\n") + 4;
  std::string encoded;
  for (const char c : wire.substr(body)) {
    if (c != '\r' && c != '\n' && c != '.') encoded += c;
  }
  // Lines are whole groups of three bytes, so that together they are one text.
  return from_base64(encoded, Base64::Standard).value_or("not Base64: " + encoded);
}

}  // namespace sluice::admin::testing
