#include "client/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>

#include "base/assert.h"

namespace sluice::client {
namespace {

std::string openssl_reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text == nullptr ? "unknown reason" : text;
}

bool is_address(const std::string& host) {
  std::array<char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool load(SSL_CTX* context, const TlsOptions& options) {
  const bool trusts = options.ca.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_file(context, options.ca.c_str()) == 1;
  if (!trusts) return false;
  if (options.cert.empty()) return true;
  return SSL_CTX_use_certificate_chain_file(context, options.cert.c_str()) == 1 &&
         SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) == 1;
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsOptions& options) {
  TlsContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SLUICE_ASSERT(context != nullptr);
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context.get(),
                                options.version == 13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context.get(),
                                options.version == 12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!load(context.get(), options)) return failure("TLS files: " + openssl_reason());
  const int mode = options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
  SSL_CTX_set_verify(context.get(), mode, nullptr);
  return context;
}

TlsSession::TlsSession(const TlsContext& context, int fd, const std::string& host)
    : ssl_(SSL_new(context.get())) {
  SLUICE_ASSERT(ssl_ != nullptr && SSL_set_fd(ssl_, fd) == 1);
  SSL_set_connect_state(ssl_);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
  } else {
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
    SSL_set1_host(ssl_, host.c_str());
  }
}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

int TlsSession::handshake() {
  ERR_clear_error();
  wants_write_ = false;
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? 1 : static_cast<int>(fail(result));
}

long TlsSession::read(char* data, std::size_t size) {
  ERR_clear_error();
  wants_write_ = false;
  const int result = SSL_read(ssl_, data, static_cast<int>(size));
  return result > 0 ? result : fail(result);
}

long TlsSession::write(const char* data, std::size_t size) {
  ERR_clear_error();
  const int result = SSL_write(ssl_, data, static_cast<int>(size));
  return result > 0 ? result : fail(result);
}

void TlsSession::close() {
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

/// 0 for a peer that ended well.
long TlsSession::fail(int result) {
  const int error = SSL_get_error(ssl_, result);
  wants_write_ = error == SSL_ERROR_WANT_WRITE;
  errno = error == SSL_ERROR_WANT_READ || wants_write_ ? EAGAIN : EPROTO;
  if (errno == EAGAIN) return -1;
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  const long verified = SSL_get_verify_result(ssl_);
  why_ = verified != X509_V_OK ? X509_verify_cert_error_string(verified) : openssl_reason();
  errno = EPROTO;
  return -1;
}

}  // namespace sluice::client
