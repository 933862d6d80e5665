#include "entities/signing_keys.h"

#include "entities/outcomes.h"

namespace sluice::entities {

Result<void> SigningKeys::add(Transaction& transaction, const SigningKey& key) {
  return or_taken(
      transaction.database().run("INSERT INTO signing_keys (id, secret, created) VALUES (?, ?, ?)",
                                 key.id, Blob{key.secret}, key.created),
      "A signing key with the id '" + key.id + "'");
}

Result<void> SigningKeys::remove(Transaction& transaction, std::string_view id) {
  return or_not_found(transaction.database().run("DELETE FROM signing_keys WHERE id = ?", id),
                      transaction.database(), "The signing key " + std::string(id));
}

Result<std::vector<SigningKey>> SigningKeys::all() {
  return read_all(
      database_.prepare(
          "SELECT id, secret, created FROM signing_keys ORDER BY created DESC, rowid DESC"),
      [](const Statement& row) {
        return SigningKey{row.string(0), row.string(1), row.integer(2)};
      });
}

}  // namespace sluice::entities
