#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/assert.h"

namespace sluice::admin::testing {

/// A TLS server's key and certificate, made for a test.
struct SelfSigned {
  struct ContextFree {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  std::unique_ptr<SSL_CTX, ContextFree> context;
  std::string certificate_pem;

  /// For 127.0.0.1, an hour from now.
  static SelfSigned for_loopback() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME* name = X509_get_subject_name(certificate);
    const unsigned char text[] = "peer";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_EXTENSION* address =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, address, -1);
    X509_EXTENSION_free(address);
    SLUICE_ASSERT(X509_sign(certificate, key, EVP_sha256()) > 0);

    SelfSigned made;
    made.context.reset(SSL_CTX_new(TLS_server_method()));
    SLUICE_ASSERT(SSL_CTX_use_certificate(made.context.get(), certificate) == 1);
    SLUICE_ASSERT(SSL_CTX_use_PrivateKey(made.context.get(), key) == 1);
    made.certificate_pem = to_pem(certificate);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return made;
  }

 private:
  static std::string to_pem(X509* certificate) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string pem(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
  }
};

}  // namespace sluice::admin::testing
