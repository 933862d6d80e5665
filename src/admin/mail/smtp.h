#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace sluice::admin {

/// The mail server of the settings.
struct MailServer {
  struct Proxy {
    std::string host;  // empty: none
    std::uint16_t port = 0;
    std::string username;
    std::string password;
  };

  std::string host;  // name or address, IPv6 without brackets; checked, see read_mail_settings
  std::uint16_t port = 25;
  milliseconds timeout{10'000};  // for the whole conversation
  enum class Security : std::uint8_t { None, StartTls, Tls };
  Security security = Security::None;  // what it asks for is there, or no mail is sent
  bool needs_tls_1_3 = false;          // else TLS 1.2 will do
  std::string username;                // empty: without a login
  std::string password;
  std::string authorities;  // PEM; empty: those of the system
  Proxy proxy;              // an HTTP proxy, by CONNECT
};

/// A mail with all that its sending needs.
struct OutgoingMail {
  MailServer server;
  std::string from;  // addresses only
  std::string to;
  std::string text;  // see to_wire
};

/// Hands the mail to the server by SMTP, and waits for its yes. Touches nothing of ours: for
/// threads beside the admin thread.
///
/// stop    ends the wait within a second when it is set
/// errors  in words for an operator: not reachable, login refused, certificate, refused mail
Result<void> send_mail(const OutgoingMail& mail, const std::atomic<bool>& stop);

}  // namespace sluice::admin
