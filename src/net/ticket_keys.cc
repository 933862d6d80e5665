#include "net/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace sluice::net {

namespace {

constexpr std::size_t kKeysMax = 2;

int keys_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

Result<TicketKeys> TicketKeys::make(Instant now) {
  TicketKeys keys(now);
  Key key;
  if (!make_key(&key)) return failure("cannot make keys for TLS session tickets: no randomness");
  keys.keys_.push_back(key);
  return keys;
}

bool TicketKeys::make_key(Key* key) {
  return RAND_bytes(key->name.data(), static_cast<int>(key->name.size())) == 1 &&
         RAND_priv_bytes(key->cipher.data(), static_cast<int>(key->cipher.size())) == 1 &&
         RAND_priv_bytes(key->mac.data(), static_cast<int>(key->mac.size())) == 1;
}

void TicketKeys::rotate_if_due(Instant now) {
  if (now < rotated_ + kRotation) return;
  rotated_ = now;
  Key key;
  if (!make_key(&key)) return log::warning("cannot rotate the keys of TLS session tickets");
  keys_.insert(keys_.begin(), key);
  if (keys_.size() <= kKeysMax) return;
  OPENSSL_cleanse(&keys_.back(), sizeof(Key));
  keys_.pop_back();
}

void TicketKeys::serve(SSL_CTX* context) {
  SSL_CTX_set_ex_data(context, keys_index(), this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &TicketKeys::on_ticket);
}

const TicketKeys::Key* TicketKeys::find(const unsigned char* name) const {
  const auto found = std::ranges::find_if(keys_, [&](const Key& key) {
    return std::memcmp(key.name.data(), name, key.name.size()) == 0;
  });
  return found == keys_.end() ? nullptr : &*found;
}

/// Returns what OpenSSL expects: 1 to go on, 2 to also give a newer ticket, 0 for a full handshake,
/// -1 for an error.
int TicketKeys::on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                          EVP_MAC_CTX* mac, int is_sealing) {
  const auto& self =
      *static_cast<TicketKeys*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), keys_index()));
  const Key* key = is_sealing != 0 ? &self.keys_.front() : self.find(name);
  if (key == nullptr) return 0;
  if (is_sealing != 0) {
    std::memcpy(name, key->name.data(), key->name.size());
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
  }
  std::array<char, 7> digest{"SHA256"};
  auto* const secret = const_cast<unsigned char*>(key->mac.data());
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret, key->mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, parameters.data()) != 1) return -1;
  if (EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv,
                        is_sealing != 0 ? 1 : 0) != 1) {
    return -1;
  }
  return is_sealing == 0 && key != &self.keys_.front() ? 2 : 1;
}

}  // namespace sluice::net
