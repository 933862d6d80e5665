#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace sluice::net {

namespace {

constexpr const char* kDefaultCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr int kChainDepthMax = 8;
constexpr std::chrono::seconds kSessionLife = TicketKeys::kRotation;

/// What OpenSSL says went wrong last, and why the file could not be read if that is it.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown reason";
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* const text = ERR_reason_error_string(code);
  return text == nullptr ? "unknown reason" : text;
}

tl::unexpected<Error> bad_file(const char* what, const std::string& file) {
  // The first error is the file's own; those after it say that something was not read.
  const unsigned long first = ERR_peek_error();
  if (first != 0 && ERR_SYSTEM_ERROR(first)) {
    ERR_clear_error();
    return failure(std::string(what) + " " + file + ": " + std::strerror(ERR_GET_REASON(first)));
  }
  return failure(std::string(what) + " " + file + ": " + openssl_reason());
}

/// Never asks a person: an empty password is an answer.
int give_password(char* buffer, int size, int, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  const int length = std::min(size, static_cast<int>(text.size()));
  std::memcpy(buffer, text.data(), static_cast<std::size_t>(length));
  return length;
}

Result<void> load_own_chain(SSL_CTX* context, const config::TlsSettings& settings) {
  std::string password = settings.key_password;
  SSL_CTX_set_default_passwd_cb(context, &give_password);
  SSL_CTX_set_default_passwd_cb_userdata(context, &password);
  const bool has_chain =
      SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) == 1;
  if (!has_chain) return bad_file("certificate", settings.certificate);
  const bool has_key =
      SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  SSL_CTX_set_default_passwd_cb(context, nullptr);
  if (!has_key) return bad_file("key", settings.key);
  if (SSL_CTX_check_private_key(context) != 1) return bad_file("key", settings.key);
  return {};
}

int refusal_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::string common_name_of(X509* certificate) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  const std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  // "admin\0.example" must not be taken for "admin".
  const bool is_clean = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; });
  return is_clean ? text : std::string();
}

/// Called for each certificate of a Client's chain, and again for each mistake in it.
int check_client_certificate(int is_good, X509_STORE_CTX* store) {
  if (is_good != 0) return 1;
  const int error = X509_STORE_CTX_get_error(store);
  // The Client's own issuer has to have a list of what it revoked; those above it may have one.
  if (error == X509_V_ERR_UNABLE_TO_GET_CRL && X509_STORE_CTX_get_error_depth(store) > 0) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const refusal = static_cast<CertificateRefusal*>(SSL_get_ex_data(ssl, refusal_index()));
  if (refusal != nullptr) {
    X509* const shown = X509_STORE_CTX_get0_cert(store);
    refusal->common_name = shown == nullptr ? std::string() : common_name_of(shown);
    refusal->reason = X509_verify_cert_error_string(error);
  }
  return 0;
}

Result<void> add_revoked(X509_STORE* store, const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> input(std::fopen(file.c_str(), "re"),
                                                              &std::fclose);
  if (!input) return failure("client_crl " + file + ": " + std::strerror(errno));
  int lists = 0;
  while (X509_CRL* list = PEM_read_X509_CRL(input.get(), nullptr, nullptr, nullptr)) {
    X509_STORE_add_crl(store, list);
    X509_CRL_free(list);
    ++lists;
  }
  const bool is_whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (lists == 0 || !is_whole) return bad_file("client_crl", file);
  ERR_clear_error();
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return {};
}

Result<void> ask_for_certificates(SSL_CTX* context, const config::TlsSettings& settings) {
  using enum config::ClientCertificates;
  if (settings.client_certificates == None) return {};
  if (SSL_CTX_load_verify_file(context, settings.client_ca.c_str()) != 1) {
    return bad_file("client_ca", settings.client_ca);
  }
  // Clients with several certificates choose by the names of those whom we trust.
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(settings.client_ca.c_str());
  if (names == nullptr) return bad_file("client_ca", settings.client_ca);
  SSL_CTX_set_client_CA_list(context, names);
  if (!settings.client_crl.empty()) {
    auto added = add_revoked(SSL_CTX_get_cert_store(context), settings.client_crl);
    if (!added) return added;
  }
  const int required =
      settings.client_certificates == Required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, &check_client_certificate);
  SSL_CTX_set_verify_depth(context, kChainDepthMax);
  return {};
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* is_web) {
  static constexpr std::string_view kMqtt{"\x04mqtt"};
  static constexpr std::string_view kWeb{"\x08http/1.1\x04mqtt"};
  const std::string_view ours = is_web != nullptr ? kWeb : kMqtt;
  unsigned char* selected = nullptr;
  const int found =
      SSL_select_next_proto(&selected, size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered, offered_size);
  // Somebody who came for another protocol only is told so, rather than misunderstood.
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = selected;
  return SSL_TLSEXT_ERR_OK;
}

void set_protocols(SSL_CTX* context, const config::ListenerSettings& listener) {
  static int is_web = 1;
  const bool speaks_web = listener.scheme == config::Scheme::WebSocket;
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, speaks_web ? &is_web : nullptr);
}

/// TBMQ has the names of the RFCs, with commas; OpenSSL has its own, with colons.
std::string openssl_ciphers(const std::string& text) {
  std::string list;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(":, ", at), text.size());
    const std::string name = text.substr(at, end - at);
    const char* const own = name.empty() ? nullptr : OPENSSL_cipher_name(name.c_str());
    const bool is_known = own != nullptr && std::string_view(own) != "(NONE)";
    if (!name.empty()) list += (list.empty() ? "" : ":") + (is_known ? std::string(own) : name);
    at = end + 1;
  }
  return list;
}

Result<void> set_versions_and_ciphers(SSL_CTX* context, const config::TlsSettings& settings) {
  const bool only_1_3 = settings.minimum_version == config::TlsVersion::V1_3;
  SSL_CTX_set_min_proto_version(context, only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  const std::string ciphers =
      settings.ciphers.empty() ? kDefaultCiphers : openssl_ciphers(settings.ciphers);
  if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1) return {};
  return failure("ciphers '" + settings.ciphers + "': " + openssl_reason());
}

void set_tickets(SSL_CTX* context, const config::TlsSettings& settings, const std::string& url,
                 TicketKeys& ticket_keys) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // A session of one listener is worth nothing at another. 32 bytes are all OpenSSL takes.
  const auto size =
      static_cast<unsigned>(std::min<std::size_t>(url.size(), SSL_MAX_SID_CTX_LENGTH));
  SSL_CTX_set_session_id_context(
      context, reinterpret_cast<const unsigned char*>(url.data() + url.size() - size), size);
  const bool asks = settings.client_certificates != config::ClientCertificates::None;
  if (!settings.session_tickets || asks) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    return;
  }
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, kSessionLife.count());
  ticket_keys.serve(context);
}

int days_left(const X509* certificate) {
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate));
  return days != 0 || seconds >= 0 ? days : -1;
}

}  // namespace

Result<SslContext> make_tls_context(const config::TlsSettings& settings,
                                    const config::ListenerSettings& listener,
                                    TicketKeys& ticket_keys) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return failure("TLS cannot be set up: " + openssl_reason());
  // Idle connections hold no buffers; output is gathered by its owner, who may move it.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_clear_mode(context.get(), SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context.get(), 1);  // one system call for a record, not two
  auto done = set_versions_and_ciphers(context.get(), settings);
  if (done) done = load_own_chain(context.get(), settings);
  if (done) done = ask_for_certificates(context.get(), settings);
  if (!done) return tl::unexpected(done.error());
  set_protocols(context.get(), listener);
  set_tickets(context.get(), settings, listener.url(), ticket_keys);
  return context;
}

SSL* make_server_ssl(SSL_CTX* context, int fd, CertificateRefusal* refusal) {
  SSL* const ssl = SSL_new(context);
  if (ssl == nullptr) return nullptr;
  if (SSL_set_fd(ssl, fd) != 1 || SSL_set_ex_data(ssl, refusal_index(), refusal) != 1) {
    SSL_free(ssl);
    return nullptr;
  }
  SSL_set_accept_state(ssl);
  return ssl;
}

std::vector<std::string> verified_common_names(SSL* ssl) {
  SSL_set_ex_data(ssl, refusal_index(), nullptr);  // the handshake is over
  std::vector<std::string> names;
  const STACK_OF(X509)* const chain = SSL_get0_verified_chain(ssl);
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
    std::string name = common_name_of(sk_X509_value(chain, i));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

int days_to_expiry(SSL_CTX* context) {
  int days = days_left(SSL_CTX_get0_certificate(context));
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get_extra_chain_certs(context, &chain);
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
    days = std::min(days, days_left(sk_X509_value(chain, i)));
  }
  return days;
}

}  // namespace sluice::net
