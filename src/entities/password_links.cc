#include "entities/password_links.h"

namespace sluice::entities {

Result<void> PasswordLinks::put(Transaction& transaction, const PasswordLink& link) {
  return transaction.database().run(
      "INSERT INTO password_links (user_id, hash, expires) VALUES (?, ?, ?) "
      "ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, expires = excluded.expires",
      link.user_id, Blob{link.hash}, link.expires);
}

Result<std::optional<PasswordLink>> PasswordLinks::find(std::string_view hash, std::int64_t now) {
  return read_first(
      database_
          .prepare(
              "SELECT hash, user_id, expires FROM password_links WHERE hash = ? AND expires > ?")
          .bind(Blob{hash}, now),
      [](const Statement& row) {
        return PasswordLink{row.string(0), row.string(1), row.integer(2)};
      });
}

Result<void> PasswordLinks::remove_of(Transaction& transaction, std::string_view user_id) {
  return transaction.database().run("DELETE FROM password_links WHERE user_id = ?", user_id);
}

Result<std::uint64_t> PasswordLinks::purge(Transaction& transaction, std::int64_t now) {
  const auto done = transaction.database().run("DELETE FROM password_links WHERE expires < ?", now);
  if (!done) return tl::unexpected(done.error());
  return transaction.database().changed_rows();
}

}  // namespace sluice::entities
