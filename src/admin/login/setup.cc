#include "admin/login/setup.h"

#include <fstream>
#include <sstream>

#include "admin/login/password_hash.h"
#include "admin/login/secrets.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kTokenBytes = 24;
constexpr std::int64_t kTokenTtl = 3'600'000;

Outcome<std::string> read_password(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return broken("The file " + path + " of admin.password_file cannot be read");
  }
  std::string password = text.str();
  while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
  return password;
}

Caller system_caller() {
  Caller caller;
  caller.role = Role::Admin;
  caller.who = "system";
  caller.address = "local";
  caller.is_local = true;
  return caller;
}

}  // namespace

Outcome<std::optional<std::string>> Setup::prepare() {
  const auto count = from_store(context_.store.users().count());
  if (!count) return tl::unexpected(count.error());
  if (*count > 0) return std::nullopt;
  if (context_.settings.password_file.empty()) {
    auto token = make_token();
    if (!token) return tl::unexpected(token.error());
    return std::move(*token);
  }
  if (auto created = create_from_file(); !created) return tl::unexpected(created.error());
  return std::nullopt;
}

Outcome<std::string> Setup::make_token() {
  std::string token = random_text(kTokenBytes);
  auto transaction = from_store(context_.store.begin());
  if (!transaction) return tl::unexpected(transaction.error());
  const auto kept = from_store(
      context_.store.setup_tokens().put(*transaction, {sha256(token), context_.now() + kTokenTtl}));
  if (!kept) return tl::unexpected(kept.error());
  if (auto done = from_store(transaction->commit()); !done) return tl::unexpected(done.error());
  return token;
}

Outcome<void> Setup::create_from_file() {
  const auto password = read_password(context_.settings.password_file);
  if (!password) return tl::unexpected(password.error());
  const Caller caller = system_caller();
  auto change = Change::begin(context_, caller);
  if (!change) return tl::unexpected(change.error());
  const auto user = create(*change, context_.settings.email, *password);
  if (!user) {
    return broken("The administrator of admin.email and admin.password_file: " +
                  user.error().message);
  }
  return change->commit();
}

Outcome<entities::User> Setup::create(Change& change, const std::string& email,
                                      const std::string& password) {
  entities::User draft;
  draft.email = email;
  draft.role = Role::Admin;
  draft.password_changed = context_.now();
  if (auto fine = accounts_.check_password(draft, password); !fine) {
    return tl::unexpected(fine.error());
  }
  const auto hash = hash_user_password(password);
  if (!hash) return broken(hash.error().what);
  draft.password_hash = *hash;
  auto user = from_store(
      context_.store.users().create(change.transaction(), std::move(draft), context_.now()));
  if (!user) return user;
  const auto cleared = from_store(context_.store.setup_tokens().clear(change.transaction()));
  if (!cleared) return tl::unexpected(cleared.error());
  const auto logged = change.log("CREATE", {"USER", user->id, user->email, "", ""});
  if (!logged) return tl::unexpected(logged.error());
  return user;
}

Outcome<TokenPair> Setup::set_up(const Caller& caller, const std::string& token,
                                 const std::string& email, const std::string& password) {
  const auto kept = from_store(context_.store.setup_tokens().find());
  if (!kept) return tl::unexpected(kept.error());
  const bool is_right =
      *kept && context_.now() < (*kept)->expires && is_equal_secret((*kept)->hash, sha256(token));
  if (!is_right) return unauthenticated("The setup token is not valid (any more)");
  Caller named = caller;
  named.who = email;
  auto change = Change::begin(context_, named);
  if (!change) return tl::unexpected(change.error());
  const auto user = create(*change, email, password);
  if (!user) return tl::unexpected(user.error());
  return accounts_.begin_login(*change, *user);
}

}  // namespace sluice::admin
