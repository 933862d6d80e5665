#include "admin/mail/mail_settings.h"

#include <algorithm>
#include <array>

#include "admin/http/fields.h"

namespace sluice::admin {
namespace {

constexpr std::int64_t kPortMax = 65'535;
constexpr std::int64_t kTimeoutMax = 60'000;  // other long work waits for a test mail
constexpr std::size_t kHostMax = 253;
constexpr std::size_t kLoginMax = 1024;

enum class TlsVersion : std::uint8_t { V12, V13 };
constexpr std::array kTlsVersions{Choice<TlsVersion>{"TLSv1.2", TlsVersion::V12},
                                  Choice<TlsVersion>{"TLSv1.3", TlsVersion::V13},
                                  Choice<TlsVersion>{"", TlsVersion::V12}};
enum class Protocol : std::uint8_t { Smtp, Smtps };
constexpr std::array kProtocols{Choice<Protocol>{"smtp", Protocol::Smtp},
                                Choice<Protocol>{"smtps", Protocol::Smtps}};

/// A name or an address and nothing more: it becomes a part of a URL.
std::string read_host(Fields& fields, std::string_view name) {
  std::string host = fields.text(name, kHostMax);
  const bool is_host = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':';
  });
  if (!is_host) fields.complain(name, "is no name of a host");
  return host;
}

/// A line break in a login would be a command more.
std::string read_login(Fields& fields, std::string_view name) {
  std::string text = fields.text(name, kLoginMax);
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    fields.complain(name, "holds a line break");
  }
  return text;
}

MailServer::Proxy read_proxy(Fields& fields) {
  MailServer::Proxy proxy;
  if (!fields.flag("enableProxy", false)) return proxy;
  proxy.host = read_host(fields, "proxyHost");
  if (proxy.host.empty()) fields.complain("proxyHost", "is missing");
  if (proxy.host.find(':') != std::string::npos) proxy.host = "[" + proxy.host + "]";
  const auto port = fields.optional_number("proxyPort", 1, kPortMax);
  if (!port) fields.complain("proxyPort", "is missing");
  proxy.port = static_cast<std::uint16_t>(port.value_or(0));
  proxy.username = read_login(fields, "proxyUser");
  proxy.password = read_login(fields, "proxyPassword");
  return proxy;
}

}  // namespace

Outcome<MailSettings> read_mail_settings(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return tl::unexpected(json.error());
  Fields fields(*json);
  MailSettings settings;
  MailServer& server = settings.server;
  const auto from = parse_mailbox(fields.text("mailFrom"));
  if (!from) fields.complain("mailFrom", "is no e-mail address");
  settings.from = from.value_or(Mailbox{});
  server.host = read_host(fields, "smtpHost");
  server.port = static_cast<std::uint16_t>(fields.number("smtpPort", 1, kPortMax, server.port));
  server.timeout = milliseconds(fields.number("timeout", 1, kTimeoutMax, server.timeout.count()));
  const bool is_smtps =
      fields.choice<Protocol>("smtpProtocol", kProtocols, Protocol::Smtp) == Protocol::Smtps;
  const bool starts_tls = fields.flag("enableTls", false);
  server.security = is_smtps     ? MailServer::Security::Tls
                    : starts_tls ? MailServer::Security::StartTls
                                 : MailServer::Security::None;
  server.needs_tls_1_3 =
      fields.choice<TlsVersion>("tlsVersion", kTlsVersions, TlsVersion::V12) == TlsVersion::V13;
  server.username = read_login(fields, "username");
  server.password = read_login(fields, "password");
  server.authorities = fields.text("caCertificate");
  server.proxy = read_proxy(fields);
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return settings;
}

}  // namespace sluice::admin
