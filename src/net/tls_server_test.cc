// Listeners with TLS, of the whole server: who gets in, and what a proxy says of them.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <csignal>
#include <optional>

#include "config/listener_url.h"
#include "net/server.h"
#include "net/tls_test_support.h"

namespace sluice::net::testing {
namespace {

constexpr std::string_view kConnect{"\x10\x0D\x00\x04MQTT\x04\x02\x00\x3C\x00\x01x", 15};
constexpr std::string_view kConnack{"\x20\x02\x00\x00", 4};

std::uint16_t free_port() {
  const runtime::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

struct TlsServerTest : ::testing::Test {
  TlsServerTest() {
    ::signal(SIGPIPE, SIG_IGN);  // as the program does
    settings.auth.allow_anonymous = true;
    settings.storage.durability = config::Durability::Memory;
    const Holder own = authority.issue("broker");
    settings.tls.certificate = own.write_certificate(folder, "certificate.pem");
    settings.tls.key = own.write_key(folder, "key.pem");
    settings.tls.client_ca = authority.write_certificate(folder, "ca.pem");
  }

  /// options  of the one listener, "?..."; scheme with "://127.0.0.1"
  void serves(const std::string& scheme = "mqtts", const std::string& options = "") {
    port = free_port();
    const std::string url = scheme + "://127.0.0.1:" + std::to_string(port) + options;
    settings.listeners = {*config::parse_listener_url(url)};
    auto made = Server::make(settings, 2);
    ASSERT_TRUE(made) << made.error().what;
    server = std::move(*made);
    server->start(nullptr);
  }

  runtime::FileDescriptor connects() const {
    runtime::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM, 0)};
    const timeval patience{10, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }

  /// Whether the handshake ends well and CONNECT is answered.
  bool gets_in(TlsClient& client, std::string_view before = {}) const {
    auto socket = connects();
    ::send(socket.get(), before.data(), before.size(), MSG_NOSIGNAL);
    client.begins(std::move(socket));
    if (SSL_do_handshake(client.ssl()) != 1) return false;
    SSL_write(client.ssl(), kConnect.data(), static_cast<int>(kConnect.size()));
    return reads_connack(client);
  }
  static bool reads_connack(TlsClient& client) {
    std::string answer(kConnack.size(), '\0');
    std::size_t size = 0;
    while (size < answer.size()) {
      const int count =
          SSL_read(client.ssl(), answer.data() + size, static_cast<int>(answer.size() - size));
      if (count <= 0) return false;
      size += static_cast<std::size_t>(count);
    }
    return answer == kConnack;
  }
  /// The reason of the alert with which the last handshake ended.
  static int alert() {
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    return reason;
  }
  bool gets_in_plain(std::string_view before) const {
    const auto socket = connects();
    const std::string bytes = std::string(before) + std::string(kConnect);
    ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    std::string answer(kConnack.size(), '\0');
    return ::recv(socket.get(), answer.data(), answer.size(), MSG_WAITALL) == 4 &&
           answer == kConnack;
  }

  std::uint64_t counter(const std::string& name) {
    std::optional<std::string> json;
    server->request_counters([&](const std::string& line) { json = line; });
    while (!json) {
      pollfd wake{server->wake_fd(), POLLIN, 0};
      ::poll(&wake, 1, 1000);
      server->take_reports();
    }
    const auto at = json->find("\"" + name + "\":");
    return at == std::string::npos ? 0 : std::stoull(json->substr(at + name.size() + 3));
  }

  Folder folder;
  Authority authority{"root"};
  config::Settings settings;
  std::uint16_t port = 0;
  std::unique_ptr<Server> server;
};

TEST_F(TlsServerTest, SpeaksTls12And13AndNothingOlder) {
  serves();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client;
    client.speaks_only(version);
    EXPECT_TRUE(gets_in(client));
    EXPECT_EQ(SSL_version(client.ssl()), version);
  }
  TlsClient old;
  old.speaks_only(TLS1_1_VERSION);
  EXPECT_FALSE(gets_in(old));
  ERR_clear_error();
}

TEST_F(TlsServerTest, MayAskForTls13) {
  serves("mqtts", "?minimum_version=1.3");
  TlsClient client;
  client.speaks_only(TLS1_2_VERSION);

  EXPECT_FALSE(gets_in(client));
  EXPECT_EQ(alert(), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
}

TEST_F(TlsServerTest, TakesClientsThatNameMqttOrNoProtocol) {
  serves();
  TlsClient mqtt;
  mqtt.offers("\x04mqtt");
  TlsClient web;
  web.offers("\x08http/1.1");

  EXPECT_TRUE(gets_in(mqtt));
  EXPECT_FALSE(gets_in(web));
  EXPECT_EQ(alert(), SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
}

TEST_F(TlsServerTest, ResumesSessionsAlsoAfterTheCertificateChanged) {
  serves();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client;
    client.speaks_only(version);
    ASSERT_TRUE(gets_in(client));
    client.keeps_session();
    const std::uint64_t reloads = counter("tls_reloads");
    std::filesystem::last_write_time(settings.tls.certificate,
                                     std::filesystem::file_time_type::clock::now());
    while (counter("tls_reloads") == reloads) std::this_thread::yield();

    EXPECT_TRUE(gets_in(client));
    EXPECT_EQ(SSL_session_reused(client.ssl()), 1);
  }
}

TEST_F(TlsServerTest, ResumesNothingWhenTicketsAreOff) {
  settings.tls.session_tickets = false;
  serves();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client;
    client.speaks_only(version);
    ASSERT_TRUE(gets_in(client));
    client.keeps_session();
    EXPECT_TRUE(gets_in(client));
    EXPECT_EQ(SSL_session_reused(client.ssl()), 0);
  }
}

TEST_F(TlsServerTest, LetsInWhomItsAuthoritySigned) {
  serves("mqtts", "?client_certificates=required");
  TlsClient client;
  client.shows(authority.issue("device"));

  EXPECT_TRUE(gets_in(client));
}

TEST_F(TlsServerTest, RefusesOtherCertificatesWithAnAlert) {
  const Holder revoked = authority.issue("revoked");
  settings.tls.client_crl = authority.write_revoked(folder, "crl.pem", &revoked);
  serves("mqtts", "?client_certificates=required");
  const Holder expired = authority.issue("expired", -7200, -3600);
  const Holder foreign = Authority("other").issue("foreign");
  const std::vector<std::pair<const Holder*, int>> cases{
      {&expired, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED},
      {&foreign, SSL_R_TLSV1_ALERT_UNKNOWN_CA},
      {&revoked, SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED},
      {nullptr, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED}};
  for (const auto& [holder, reason] : cases) {
    TlsClient client;
    if (holder != nullptr) client.shows(*holder);
    EXPECT_FALSE(gets_in(client));
    EXPECT_EQ(alert(), reason);
  }
  EXPECT_EQ(counter("tls_certificates_refused"), cases.size());

  TlsClient good;
  good.shows(authority.issue("good"));
  EXPECT_TRUE(gets_in(good));
}

TEST_F(TlsServerTest, MayLetInThoseWithoutACertificate) {
  serves("mqtts", "?client_certificates=requested");
  TlsClient nobody;
  TlsClient foreign;
  foreign.shows(Authority("other").issue("foreign"));

  EXPECT_TRUE(gets_in(nobody));
  EXPECT_FALSE(gets_in(foreign));
  ERR_clear_error();
}

TEST_F(TlsServerTest, TakesANewCertificateAndKeepsConnections) {
  serves();
  TlsClient before;
  ASSERT_TRUE(gets_in(before));
  const Holder next = authority.issue("next");
  next.write_certificate(folder, "certificate.pem");
  next.write_key(folder, "key.pem");
  while (counter("tls_reloads") == 0) std::this_thread::yield();
  TlsClient after;
  after.begins(connects());
  ASSERT_EQ(SSL_do_handshake(after.ssl()), 1);

  const Certificate shown(SSL_get1_peer_certificate(after.ssl()));
  EXPECT_EQ(X509_cmp(shown.get(), next.certificate.get()), 0);
  SSL_write(before.ssl(), "\xC0\x00", 2);
  std::string pong(2, '\0');
  EXPECT_EQ(SSL_read(before.ssl(), pong.data(), 2), 2);
}

TEST_F(TlsServerTest, KeepsItsCertificateWhenTheNewFileIsBroken) {
  serves();
  folder.write("certificate.pem", [](BIO* out) { BIO_puts(out, "no certificate\n"); });
  while (counter("tls_reloads_failed") == 0) std::this_thread::yield();
  TlsClient client;

  EXPECT_TRUE(gets_in(client));
}

TEST_F(TlsServerTest, DoesNotStartWithoutAGoodCertificate) {
  settings.tls.key = authority.issue("other").write_key(folder, "other.pem");
  settings.listeners = {
      *config::parse_listener_url("mqtts://127.0.0.1:" + std::to_string(free_port()))};
  EXPECT_EQ(Server::make(settings, 1).error().what, "cannot listen on " +
                                                        settings.listeners[0].url() + ": key " +
                                                        settings.tls.key + ": key values mismatch");
  settings.tls.key = "/nowhere.pem";
  EXPECT_NE(Server::make(settings, 1).error().what.find("key /nowhere.pem: No such file"),
            std::string::npos);
}

TEST_F(TlsServerTest, EndsHandshakesThatDoNotGoOn) {
  settings.tls.handshake_timeout = seconds{1};
  serves();
  const auto silent = connects();
  char byte = 0;

  EXPECT_EQ(::recv(silent.get(), &byte, 1, 0), 0);
  EXPECT_EQ(counter("tls_timeouts"), 1U);
}

TEST_F(TlsServerTest, HearsTheProxyBeforeTheHandshake) {
  serves("mqtts", "?proxy_protocol=on&trusted=127.0.0.1");
  const std::string v2(
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\x00\x02\x01\x0A\0\0\x01\x12\x34\x07\x5B", 28);
  for (const std::string& header : {v2, std::string("PROXY TCP4 192.0.2.1 10.0.0.1 9 8\r\n")}) {
    TlsClient client;
    EXPECT_TRUE(gets_in(client, header));
  }
  TlsClient silent;
  EXPECT_FALSE(gets_in(silent));
  EXPECT_EQ(counter("proxy_failed"), 1U);
  ERR_clear_error();
}

TEST_F(TlsServerTest, HearsTheProxyOfPlainClients) {
  serves("mqtt", "?proxy_protocol=on");

  EXPECT_TRUE(gets_in_plain("PROXY TCP4 192.0.2.1 10.0.0.1 9 8\r\n"));
  EXPECT_TRUE(gets_in_plain("PROXY UNKNOWN\r\n"));
  EXPECT_FALSE(gets_in_plain(""));
  EXPECT_FALSE(gets_in_plain("PROXY TCP4 nobody\r\n"));
  EXPECT_EQ(counter("proxy_failed"), 2U);
}

TEST_F(TlsServerTest, BelievesTrustedProxiesOnly) {
  serves("mqtt", "?proxy_protocol=on&trusted=10.0.0.0/8");

  EXPECT_FALSE(gets_in_plain("PROXY TCP4 192.0.2.1 10.0.0.1 9 8\r\n"));
  EXPECT_EQ(counter("proxy_untrusted"), 1U);
}

TEST_F(TlsServerTest, CountsRatesByTheAddressThatTheProxyNames) {
  settings.rate_limits.connects_per_address = "2:3600";
  serves("mqtts", "?proxy_protocol=on");
  const std::string one = "PROXY TCP4 192.0.2.1 10.0.0.1 9 8\r\n";
  for (const bool is_let_in : {true, true, false}) {
    TlsClient client;
    EXPECT_EQ(gets_in(client, one), is_let_in);
  }
  TlsClient other;
  EXPECT_TRUE(gets_in(other, "PROXY TCP4 192.0.2.2 10.0.0.1 9 8\r\n"));
  EXPECT_EQ(counter("address_rate_refused"), 1U);
  ERR_clear_error();
}

TEST_F(TlsServerTest, LimitsTheConnectionsOfAListener) {
  serves("mqtts", "?connections_max=2");
  TlsClient one;
  TlsClient two;
  TlsClient three;
  ASSERT_TRUE(gets_in(one));
  ASSERT_TRUE(gets_in(two));

  EXPECT_FALSE(gets_in(three));
  EXPECT_EQ(counter("connections_max_refused"), 1U);
  ERR_clear_error();
  one.closes();
  while (!gets_in(three)) ERR_clear_error();
}

TEST_F(TlsServerTest, LimitsTheRateOfAListener) {
  serves("mqtts", "?connects=2:3600");
  for (const bool is_let_in : {true, true, false}) {
    TlsClient client;
    EXPECT_EQ(gets_in(client), is_let_in);
  }
  EXPECT_EQ(counter("listener_rate_refused"), 1U);
  ERR_clear_error();
}

TEST_F(TlsServerTest, UpgradesToWebSocket) {
  serves("wss");
  TlsClient client;
  client.offers("\x08http/1.1");
  client.begins(connects());
  ASSERT_EQ(SSL_do_handshake(client.ssl()), 1);
  const std::string request =
      "GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
  SSL_write(client.ssl(), request.data(), static_cast<int>(request.size()));
  std::string answer(1024, '\0');
  const int size = SSL_read(client.ssl(), answer.data(), static_cast<int>(answer.size()));

  EXPECT_GT(size, 0);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
}

}  // namespace
}  // namespace sluice::net::testing
