#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "net/ticket_keys.h"

namespace sluice::net {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// Why a Client's certificate was refused; what the handshake tells with its alert.
struct CertificateRefusal {
  std::string common_name;  // of the certificate shown; empty: none, or it has no name
  std::string reason;       // in words; empty: not refused
};

/// What a listener with TLS offers: TLS 1.2 and 1.3, ECDHE with AEAD, no renegotiation, no
/// compression, ALPN `mqtt` (`http/1.1` too where WebSocket is spoken), session tickets unless
/// Clients show certificates: a resumed session would not be checked again.
///
/// errors  a file that cannot be read, a key that does not fit, an unknown cipher: one line
Result<SslContext> make_tls_context(const config::TlsSettings& settings,
                                    const config::ListenerSettings& listener,
                                    TicketKeys& ticket_keys);

/// A server's side of a handshake on `fd`, which it does not own. Null if there is no memory.
///
/// refusal  is set when the Client's certificate is refused; outlives the handshake
SSL* make_server_ssl(SSL_CTX* context, int fd, CertificateRefusal* refusal);

/// The Common Names of the verified chain, the Client's own first; those without one, or with a
/// character that no name has, are left out.
std::vector<std::string> verified_common_names(SSL* ssl);

/// Days until the first certificate of the context's own chain ends; negative: it has ended.
int days_to_expiry(SSL_CTX* context);

}  // namespace sluice::net
