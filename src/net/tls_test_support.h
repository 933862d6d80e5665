#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "config/settings.h"
#include "net/tls_context.h"
#include "runtime/file_descriptor.h"

namespace sluice::net::testing {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;

/// A folder of PEM files that is removed with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-tls-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Writes as an operator's tool does: a new file takes the old one's place at once.
  template <class Writer>
  std::string write(const std::string& name, Writer&& writer) const {
    const std::string path = file(name);
    BIO* const out = BIO_new_file((path + ".new").c_str(), "w");
    writer(out);
    BIO_free(out);
    std::filesystem::rename(path + ".new", path);
    return path;
  }

 private:
  std::string path_;
};

/// Who has a certificate: its key, and the certificate itself.
struct Holder {
  Key key;
  Certificate certificate;

  std::string write_certificate(const Folder& folder, const std::string& name) const {
    return folder.write(name, [&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
  }
  std::string write_key(const Folder& folder, const std::string& name) const {
    return folder.write(name, [&](BIO* out) {
      PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
};

/// A certificate authority of the test.
class Authority {
 public:
  explicit Authority(const std::string& name) : self_(make(name, -3600, 3600, nullptr, nullptr)) {}

  /// Times in seconds from now.
  Holder issue(const std::string& common_name, long from = -3600, long until = 90L * 86'400) const {
    return make(common_name, from, until, self_.certificate.get(), self_.key.get());
  }
  std::string write_certificate(const Folder& folder, const std::string& name) const {
    return self_.write_certificate(folder, name);
  }
  /// A list that revokes `holder`, or nobody.
  std::string write_revoked(const Folder& folder, const std::string& name,
                            const Holder* holder) const {
    X509_CRL* const list = X509_CRL_new();
    X509_CRL_set_version(list, 1);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(self_.certificate.get()));
    ASN1_TIME* const time = ASN1_TIME_new();
    X509_CRL_set1_lastUpdate(list, X509_gmtime_adj(time, -60));
    X509_CRL_set1_nextUpdate(list, X509_gmtime_adj(time, 3600));
    if (holder != nullptr) {
      X509_REVOKED* const entry = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(holder->certificate.get()));
      X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(time, -30));
      X509_CRL_add0_revoked(list, entry);
    }
    ASN1_TIME_free(time);
    X509_CRL_sort(list);
    X509_CRL_sign(list, self_.key.get(), EVP_sha256());
    const std::string path =
        folder.write(name, [&](BIO* out) { PEM_write_bio_X509_CRL(out, list); });
    X509_CRL_free(list);
    return path;
  }

 private:
  static Holder make(const std::string& common_name, long from, long until, X509* issuer,
                     EVP_PKEY* issuer_key) {
    static long serial = 1000;
    Holder holder{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
    X509* const certificate = holder.certificate.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until);
    X509_set_pubkey(certificate, holder.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509* const signer = issuer == nullptr ? certificate : issuer;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    add_extension(certificate, NID_basic_constraints,
                  issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
    X509_sign(certificate, issuer_key == nullptr ? holder.key.get() : issuer_key, EVP_sha256());
    return holder;
  }
  static void add_extension(X509* certificate, int nid, const char* value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  Holder self_;
};

/// The Client's end: its context, and one connection at a time.
class TlsClient {
 public:
  TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
  }
  ~TlsClient() {
    ssl_.reset();
    if (session_ != nullptr) SSL_SESSION_free(session_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  void speaks_only(int version) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
  }
  void shows(const Holder& holder) {
    SSL_CTX_use_certificate(context_.get(), holder.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), holder.key.get());
  }
  /// protocols  in wire form: "\x04mqtt"
  void offers(std::string_view protocols) {
    SSL_CTX_set_alpn_protos(context_.get(),
                            reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
  }

  /// A new connection over this socket; its first handshake step follows.
  void begins(runtime::FileDescriptor socket) {
    ssl_.reset(SSL_new(context_.get()));
    socket_ = std::move(socket);
    SSL_set_fd(ssl_.get(), socket_.get());
    SSL_set_connect_state(ssl_.get());
    if (session_ != nullptr) SSL_set_session(ssl_.get(), session_);
  }
  SSL* ssl() { return ssl_.get(); }
  int fd() const { return socket_.get(); }
  /// Of a connection that ends here: OpenSSL resumes none that broke.
  void keeps_session() {
    SSL_shutdown(ssl_.get());
    if (session_ != nullptr) SSL_SESSION_free(session_);
    session_ = SSL_get1_session(ssl_.get());
  }
  void closes() {
    ssl_.reset();
    socket_.reset();
  }

 private:
  SslContext context_;
  SslPointer ssl_;
  SSL_SESSION* session_ = nullptr;
  runtime::FileDescriptor socket_;
};

}  // namespace sluice::net::testing
