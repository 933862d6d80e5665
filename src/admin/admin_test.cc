#include "admin/admin.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <future>

#include "admin/testing/harness.h"
#include "admin/testing/http_peer.h"

namespace sluice::admin {
namespace {

using testing::FakeBroker;
using testing::HttpPeer;
using testing::TemporaryFolder;

/// A certificate that signs itself, as PEM files.
void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

/// What `request` is answered over TLS of at most `version`; "" without an answer.
std::string ask_by_tls(std::uint16_t port, int version, const std::string& request) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_max_proto_version(context, version);
  BIO* connection = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(port)).c_str());
  std::string answer;
  char buffer[4096];
  if (BIO_write(connection, request.data(), static_cast<int>(request.size())) > 0) {
    for (int size = 0; (size = BIO_read(connection, buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(size));
    }
  }
  BIO_free_all(connection);
  SSL_CTX_free(context);
  return answer;
}

class AdminTest : public ::testing::Test {
 protected:
  AdminTest() {
    settings.port = 0;
    store = std::move(*entities::AdminStore::open(folder.path(), 1));
  }
  Admin::Parts parts() { return {settings, auth, *store, broker, &recorder, folder.path(), false}; }

  TemporaryFolder folder;
  config::AdminSettings settings;
  config::AuthSettings auth;
  FakeBroker broker;
  entities::UnauthorizedRecorder recorder{{}};
  std::unique_ptr<entities::AdminStore> store;
};

TEST_F(AdminTest, GivesASetupTokenUntilThereIsAUser) {
  std::string token;
  {
    Admin admin(parts());
    const auto started = admin.start();
    ASSERT_TRUE(started && *started);
    token = **started;
    HttpPeer peer = HttpPeer::tcp(admin.port());
    const std::string answer = peer.ask(
        "POST", "/api/noauth/setup",
        boost::json::serialize(boost::json::object{
            {"token", token}, {"email", testing::kEmail}, {"password", testing::kPassword}}));
    EXPECT_EQ(HttpPeer::status(answer), 200) << answer;
  }
  Admin admin(parts());
  const auto started = admin.start();
  ASSERT_TRUE(started);
  EXPECT_EQ(*started, std::nullopt);
}

TEST_F(AdminTest, KeepsLoginsOverARestart) {
  std::string header;
  {
    Admin admin(parts());
    const std::string token = **admin.start();
    HttpPeer peer = HttpPeer::tcp(admin.port());
    const auto pair = boost::json::parse(HttpPeer::body(peer.ask(
        "POST", "/api/noauth/setup",
        boost::json::serialize(boost::json::object{
            {"token", token}, {"email", testing::kEmail}, {"password", testing::kPassword}}))));
    header = "Authorization: Bearer " + std::string(pair.at("token").as_string()) + "\r\n";
  }
  Admin admin(parts());
  ASSERT_TRUE(admin.start());
  HttpPeer peer = HttpPeer::tcp(admin.port());
  EXPECT_EQ(HttpPeer::status(peer.ask("GET", "/api/auth/user", "", header)), 200);
}

TEST_F(AdminTest, WritesWhoWasRefusedAtTheStop) {
  Admin admin(parts());
  ASSERT_TRUE(admin.start());
  recorder.record({"meter", "192.0.2.1", 1'800'000'000'000, "u", true, false, "wrong password"});
  admin.stop();
  EXPECT_EQ(*store->unauthorized_clients().client_ids(), (std::vector<std::string>{"meter"}));
}

TEST_F(AdminTest, RunsTasksOnItsThread) {
  Admin admin(parts());
  ASSERT_TRUE(admin.start());
  std::promise<std::thread::id> ran;
  admin.post([&ran] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_TRUE(ran.get_future().get() != std::this_thread::get_id());
}

TEST_F(AdminTest, SpeaksTlsFromVersion12On) {
  settings.certificate = folder.path() + "/certificate.pem";
  settings.key = folder.path() + "/key.pem";
  write_certificate(settings.certificate, settings.key);
  Admin admin(parts());
  ASSERT_TRUE(admin.start());
  const std::string request =
      "GET /api/noauth/userPasswordPolicy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const std::string answer = ask_by_tls(admin.port(), version, request);
    EXPECT_EQ(HttpPeer::status(answer), 200);
    EXPECT_NE(answer.find("Strict-Transport-Security"), std::string::npos);
  }
  EXPECT_EQ(ask_by_tls(admin.port(), TLS1_1_VERSION, request), "");
}

TEST_F(AdminTest, DoesNotStartWithoutThePasswordFile) {
  settings.password_file = "/nonexistent/password";
  Admin admin(parts());
  EXPECT_FALSE(admin.start());
}

}  // namespace
}  // namespace sluice::admin
