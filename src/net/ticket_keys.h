#pragma once

#include <openssl/ssl.h>

#include <array>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sluice::net {

/// The keys that TLS session tickets are sealed with. A returning Client brings the session, so the
/// server keeps none.
///
/// Lives on   the thread that does handshakes, longer than every context that uses it. The keys are
///            those of the process: a new certificate leaves them, a restart does not.
/// Promises   a ticket opens for one to two times kRotation; then its key is gone, and with it
///            what was recorded of resumed connections stays secret.
class TicketKeys {
 public:
  static constexpr std::chrono::hours kRotation{2};

  /// errors  no randomness
  static Result<TicketKeys> make(Instant now);

  void rotate_if_due(Instant now);

  /// Lets `context` seal and open tickets.
  void serve(SSL_CTX* context);

 private:
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> mac;
  };
  explicit TicketKeys(Instant now) : rotated_(now) {}

  static bool make_key(Key* key);
  static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                       EVP_MAC_CTX* mac, int is_sealing);
  const Key* find(const unsigned char* name) const;

  std::vector<Key> keys_;  // the newest first, at most two
  Instant rotated_;
};

}  // namespace sluice::net
