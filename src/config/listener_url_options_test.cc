#include "config/listener_url_options.h"

#include <gtest/gtest.h>

#include "config/listener_url.h"
#include "config/loader.h"

namespace sluice::config {
namespace {

TEST(ListenerOptions, AreReadFromTheQuery) {
  const auto listener = parse_listener_url(
      "mqtts://0.0.0.0:8883?certificate=/x.pem&key=/y.pem&key_password=a%26b&client_ca=/ca.pem&"
      "client_crl=/crl.pem&client_certificates=required&minimum_version=1.3&ciphers=ECDHE%2BAESGCM&"
      "proxy_protocol=on&trusted=10.0.0.0/8,::1&connections_max=1000&connects=100:1");

  ASSERT_TRUE(listener) << listener.error().message;
  const ListenerOptions& options = listener->options;
  EXPECT_EQ(options.certificate, "/x.pem");
  EXPECT_EQ(options.key, "/y.pem");
  EXPECT_EQ(options.key_password, "a&b");
  EXPECT_EQ(options.client_ca, "/ca.pem");
  EXPECT_EQ(options.client_crl, "/crl.pem");
  EXPECT_EQ(options.client_certificates, ClientCertificates::Required);
  EXPECT_EQ(options.minimum_version, TlsVersion::V1_3);
  EXPECT_EQ(options.ciphers, "ECDHE+AESGCM");
  EXPECT_EQ(options.proxy_protocol, true);
  EXPECT_EQ(options.trusted, "10.0.0.0/8,::1");
  EXPECT_EQ(options.connections_max, 1000U);
  EXPECT_EQ(options.connects, "100:1");
}

TEST(ListenerOptions, AreRefusedWithWhatWasMeant) {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases{
      {"mqtts://h?certificat=/x", "unknown option 'certificat' of a listener", "certificate"},
      {"mqtts://h?max_connections=1", "unknown option 'max_connections' of a listener",
       "connections_max"},
      {"mqtts://h?key", "option key: expects '=' and a value", ""},
      {"mqtts://h?key=%4", "option key: '%' expects two hexadecimal digits after it", "%25"},
      {"mqtts://h?key=a&key=b", "option key is given twice", ""},
      {"mqtt://h?key=a", "option key: only mqtts:// and wss:// listeners have it", ""},
      {"mqtts://h?client_certificates=require",
       "option client_certificates: expects none, requested or required, not 'require'",
       "required"},
      {"mqtts://h?minimum_version=1.1", "option minimum_version: expects 1.2 or 1.3, not '1.1'",
       "1.2"},
      {"mqtt://h?proxy_protocol=yes", "option proxy_protocol: expects on or off, not 'yes'", ""},
      {"mqtt://h?trusted=10.0.0.0/40",
       "option trusted: '10.0.0.0/40' is no address range such as 10.0.0.0/8 or ::1", ""},
  };
  for (const auto& [url, message, suggestion] : cases) {
    const auto listener = parse_listener_url(url);
    ASSERT_FALSE(listener) << url;
    EXPECT_EQ(listener.error().message, message);
    EXPECT_EQ(listener.error().suggestion, suggestion) << url;
  }
  EXPECT_FALSE(parse_listener_url("mqtt://h?connections_max=many"));
  EXPECT_FALSE(parse_listener_url("mqtt://h?connects=100"));
}

TEST(ListenerOptions, GoBeforeTheKeys) {
  Settings settings;
  settings.tls.certificate = "/all.pem";
  settings.tls.client_ca = "/ca.pem";
  settings.proxy.enabled = true;
  settings.rate_limits.connects_per_listener = "5:1";
  const auto own =
      parse_listener_url("mqtts://h?certificate=/own.pem&proxy_protocol=off&connects=");
  const auto none = parse_listener_url("mqtts://h");

  EXPECT_EQ(tls_of(*own, settings).certificate, "/own.pem");
  EXPECT_EQ(tls_of(*own, settings).client_ca, "/ca.pem");
  EXPECT_FALSE(proxy_of(*own, settings).enabled);
  EXPECT_EQ(connects_of(*own, settings), "");
  EXPECT_EQ(tls_of(*none, settings).certificate, "/all.pem");
  EXPECT_TRUE(proxy_of(*none, settings).enabled);
  EXPECT_EQ(connects_of(*none, settings), "5:1");
}

/// The problems of a file with these lines, one text.
std::string problems_of(const std::string& text) {
  std::string all;
  for (const auto& problem : load_text(text, "f").problems) all += problem.to_string() + "\n";
  return all;
}

TEST(TlsListener, NeedsACertificateAndItsKey) {
  const std::string alone = problems_of("listeners: [mqtts://127.0.0.1]");

  EXPECT_NE(alone.find("mqtts://127.0.0.1:8883 has no certificate"), std::string::npos) << alone;
  EXPECT_NE(problems_of("listeners: ['mqtts://h?certificate=/c']").find("has no key"),
            std::string::npos);
  EXPECT_EQ(problems_of("listeners: [mqtts://127.0.0.1]\ntls: {certificate: /c, key: /k}"), "");
  EXPECT_EQ(problems_of("listeners: ['wss://127.0.0.1?certificate=/c&key=/k']"), "");
}

TEST(TlsListener, NeedsAnAuthorityToAskForCertificates) {
  const std::string text =
      "listeners: ['mqtts://h?certificate=/c&key=/k&client_certificates=required']";

  EXPECT_NE(problems_of(text).find("trusts no authority"), std::string::npos);
  EXPECT_EQ(problems_of(text + "\ntls.client_ca: /ca"), "");
}

TEST(TrustedProxies, AreRanges) {
  EXPECT_NE(problems_of("proxy.trusted: here").find("'here' is no address range"),
            std::string::npos);
}

std::vector<ListenerSettings> from_environment(std::vector<EnvironmentEntry> environment) {
  const auto outcome = load({.file = {}, .environment = environment, .assignments = {}});
  for (const auto& problem : outcome.problems) ADD_FAILURE() << problem.to_string();
  return outcome.settings.listeners;
}

TEST(TbmqNames, TurnOnListenersWithTls) {
  const auto listeners = from_environment({{"LISTENER_SSL_ENABLED", "true"},
                                           {"LISTENER_SSL_PEM_CERT", "/mqtt.pem"},
                                           {"LISTENER_SSL_PEM_KEY", "/mqtt_key.pem"},
                                           {"LISTENER_WSS_ENABLED", "true"},
                                           {"LISTENER_WSS_BIND_PORT", "9443"},
                                           {"LISTENER_WSS_PEM_CERT", "/ws.pem"},
                                           {"LISTENER_WSS_PEM_KEY", "/ws_key.pem"},
                                           {"MQTT_WSS_PROXY_PROTOCOL_ENABLED", "true"}});

  ASSERT_EQ(listeners.size(), 4U);
  EXPECT_EQ(listeners[2].url(), "mqtts://0.0.0.0:8883");
  EXPECT_EQ(listeners[3].url(), "wss://0.0.0.0:9443/mqtt");
  EXPECT_EQ(listeners[3].options.certificate, "/ws.pem");
  EXPECT_EQ(listeners[3].options.proxy_protocol, true);
}

TEST(TbmqNames, OfAListenerWithTlsThatIsNotEnabledChangeNothing) {
  EXPECT_EQ(from_environment({{"LISTENER_SSL_BIND_PORT", "8884"}}).size(), 2U);
  EXPECT_EQ(from_environment({{"LISTENER_SSL_ENABLED", "false"}}).size(), 2U);
}

TEST(SluiceListeners, OfTheEnvironmentMayHaveCommasInOptions) {
  const auto listeners =
      from_environment({{"SLUICE_LISTENERS", "mqtt://a?trusted=10.0.0.0/8,::1, ws://b"}});

  ASSERT_EQ(listeners.size(), 2U);
  EXPECT_EQ(listeners[0].options.trusted, "10.0.0.0/8,::1");
  EXPECT_EQ(listeners[1].url(), "ws://b:8084/mqtt");
}

}  // namespace
}  // namespace sluice::config
