#include "entities/refresh_tokens.h"

#include "entities/outcomes.h"

namespace sluice::entities {
namespace {

struct Row {
  RefreshToken token;
  std::string state;
};

Row read_row(const Statement& row) {
  return {{row.string(0), row.string(1), row.string(2), row.integer(3), row.integer(4)},
          row.string(5)};
}

}  // namespace

Result<void> RefreshTokens::add(Transaction& transaction, const RefreshToken& token) {
  return or_taken(transaction.database().run(
                      "INSERT INTO refresh_tokens (id, family, user_id, created, expires, state) "
                      "VALUES (?, ?, ?, ?, ?, 'GOOD')",
                      token.id, token.family, token.user_id, token.created, token.expires),
                  "A refresh token with the id '" + token.id + "'");
}

Result<RefreshTokens::Redeemed> RefreshTokens::redeem(Transaction& transaction, std::string_view id,
                                                      std::int64_t now) {
  Database& database = transaction.database();
  auto found = read_first(
      database
          .prepare("SELECT id, family, user_id, created, expires, state FROM refresh_tokens "
                   "WHERE id = ?")
          .bind(id),
      read_row);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return Redeemed{};

  RefreshToken& token = (*found)->token;
  const std::string& state = (*found)->state;
  if (state == "REVOKED") return Redeemed{Outcome::Revoked, std::move(token)};
  if (state == "SPENT") {
    const auto revoked = revoke_family(transaction, token.family);
    if (!revoked) return tl::unexpected(revoked.error());
    return Redeemed{Outcome::Reused, std::move(token)};
  }
  if (token.expires <= now) return Redeemed{Outcome::Expired, std::move(token)};
  const auto spent = database.run("UPDATE refresh_tokens SET state = 'SPENT' WHERE id = ?", id);
  if (!spent) return tl::unexpected(spent.error());
  return Redeemed{Outcome::Good, std::move(token)};
}

Result<bool> RefreshTokens::is_family_alive(std::string_view family) {
  Statement statement = database_.prepare(
      "SELECT count(*) > 0 AND total(state = 'REVOKED') = 0 FROM refresh_tokens WHERE family = ?");
  const auto has_row = statement.bind(family).step();
  if (!has_row) return tl::unexpected(has_row.error());
  return statement.integer(0) != 0;
}

Result<void> RefreshTokens::revoke_family(Transaction& transaction, std::string_view family) {
  return transaction.database().run("UPDATE refresh_tokens SET state = 'REVOKED' WHERE family = ?",
                                    family);
}

Result<void> RefreshTokens::revoke_user(Transaction& transaction, std::string_view user_id) {
  return transaction.database().run("UPDATE refresh_tokens SET state = 'REVOKED' WHERE user_id = ?",
                                    user_id);
}

Result<std::uint64_t> RefreshTokens::purge(Transaction& transaction, std::int64_t now) {
  const auto done = transaction.database().run("DELETE FROM refresh_tokens WHERE expires < ?", now);
  if (!done) return tl::unexpected(done.error());
  return transaction.database().changed_rows();
}

}  // namespace sluice::entities
