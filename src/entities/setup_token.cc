#include "entities/setup_token.h"

namespace sluice::entities {

Result<void> SetupTokens::put(Transaction& transaction, const SetupToken& token) {
  return transaction.database().run(
      "INSERT INTO setup_token (one, hash, expires) VALUES (1, ?, ?) "
      "ON CONFLICT DO UPDATE SET hash = excluded.hash, expires = excluded.expires",
      Blob{token.hash}, token.expires);
}

Result<void> SetupTokens::clear(Transaction& transaction) {
  return transaction.database().run("DELETE FROM setup_token");
}

Result<std::optional<SetupToken>> SetupTokens::find() {
  return read_first(database_.prepare("SELECT hash, expires FROM setup_token"),
                    [](const Statement& row) {
                      return SetupToken{row.string(0), row.integer(1)};
                    });
}

}  // namespace sluice::entities
