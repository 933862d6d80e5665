#include "admin/handlers/users.h"

#include "admin/handlers/user_json.h"
#include "admin/login/password_hash.h"
#include "admin/mail/mails.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

/// Without the commit.
Outcome<entities::User> add_user(Context& context, Change& change, entities::User draft) {
  auto user = from_store(
      context.store.users().create(change.transaction(), std::move(draft), context.now()));
  if (!user) return user;
  const auto logged = change.log(
      "CREATE", {"USER", user->id, user->email, "", json::serialize(user_to_json(*user))});
  if (!logged) return tl::unexpected(logged.error());
  return user;
}

Outcome<Response> create_with_password(Services& services, const Request& request,
                                       entities::User draft, const std::string& password) {
  const auto fine = services.accounts.check_password(draft, password);
  if (!fine) return tl::unexpected(fine.error());
  const auto hash = hash_user_password(password);
  if (!hash) return broken(hash.error().what);
  draft.password_hash = *hash;
  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto user = add_user(services.context, *change, std::move(draft));
  if (!user) return tl::unexpected(user.error());
  if (auto done = change->commit(); !done) return tl::unexpected(done.error());
  return Response::json(user_to_json(*user));
}

/// Whether the user could be added; nothing is kept.
Outcome<void> try_to_add(Context& context, const Caller& caller, const entities::User& draft) {
  auto change = Change::begin(context, caller);
  if (!change) return tl::unexpected(change.error());
  const auto user = add_user(context, *change, draft);
  if (!user) return tl::unexpected(user.error());
  return {};
}

Outcome<Response> keep_invited(Services& services, const Caller& caller,
                               const entities::User& draft, const std::string& token) {
  auto change = Change::begin(services.context, caller);
  if (!change) return tl::unexpected(change.error());
  const auto user = add_user(services.context, *change, draft);
  if (!user) return tl::unexpected(user.error());
  auto done =
      services.password_reset.keep(change->transaction(), user->id, token, kActivationLinkTtl);
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::json(user_to_json(*user));
}

/// A user without a password gets a link to set one, and is there only once the mail is sent.
Outcome<Response> invite(Services& services, const Request& request, const entities::User& draft) {
  const auto possible = try_to_add(services.context, request.caller, draft);
  if (!possible) return tl::unexpected(possible.error());
  const std::string token = PasswordReset::make_token();
  auto mail = write_activation_mail(services.context, draft.email, token);
  if (!mail) return tl::unexpected(mail.error());
  return Response::later(
      [&services, caller = request.caller, draft, token,
       mail = std::move(*mail)](const Response::StopFlag& stop) -> Response::Finish {
        const auto sent = send_mail(mail, stop);
        return [&services, caller, draft, token, sent]() -> Outcome<Response> {
          if (!sent) return unable_to_send(sent.error().what);
          return keep_invited(services, caller, draft, token);
        };
      });
}

Outcome<Response> create_user(Services& services, const Request& request) {
  entities::User fresh;
  fresh.role = Role::Admin;  // as TBMQ, which has no other
  auto draft = read_user(request.body, std::move(fresh));
  if (!draft) return tl::unexpected(draft.error());
  if (!draft->password) return invite(services, request, draft->user);
  return create_with_password(services, request, std::move(draft->user), *draft->password);
}

/// The history of passwords is not shown, so what comes back lacks it.
std::string keep_history(const std::string& before, const std::string& after) {
  auto kept = stored_json(before);
  const json::object* object = kept.if_object();
  const json::value* history = object ? object->if_contains("userPasswordHistory") : nullptr;
  if (!history) return after;
  auto value = stored_json(after);
  json::object info = value.is_object() ? value.get_object() : json::object();
  info["userPasswordHistory"] = *history;
  return json::serialize(info);
}

Outcome<Response> update_user(Services& services, const Request& request, const std::string& id) {
  entities::Users& users = services.context.store.users();
  const auto before = from_store(users.get(id));
  if (!before) return tl::unexpected(before.error());
  auto draft = read_user(request.body, *before);
  if (!draft) return tl::unexpected(draft.error());
  entities::User& user = draft->user;
  user.additional_info = keep_history(before->additional_info, user.additional_info);
  if (draft->password) {
    const auto fine = services.accounts.check_password(user, *draft->password);
    if (!fine) return tl::unexpected(fine.error());
  }

  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(users.update(change->transaction(), user));
  if (done && user.email != before->email) {
    done = from_store(
        services.context.store.password_links().remove_of(change->transaction(), user.id));
  }
  const json::object shown = user_to_json(user);
  if (done) {
    done = change->log("UPDATE", {"USER", user.id, user.email,
                                  json::serialize(user_to_json(*before)), json::serialize(shown)});
  }
  if (done && draft->password) {
    done = services.accounts.set_password(*change, user, *draft->password);
  }
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::json(shown);
}

}  // namespace

Outcome<UserDraft> read_user(const json::value& body, entities::User before) {
  Fields fields(body);
  UserDraft draft{std::move(before), fields.optional_text("password")};
  entities::User& user = draft.user;
  if (fields.has("email") || user.id.empty()) user.email = fields.required_text("email");
  if (fields.has("firstName")) user.first_name = fields.text("firstName");
  if (fields.has("lastName")) user.last_name = fields.text("lastName");
  user.enabled = fields.flag("enabled", user.enabled);
  if (const auto authority = fields.optional_text("authority")) {
    const auto role = entities::parse_role(*authority);
    if (!role) fields.complain("authority", "has to be SYS_ADMIN, OPERATOR or VIEWER");
    user.role = role.value_or(user.role);
  }
  if (fields.has("additionalInfo")) {
    const auto fault = fields.object("additionalInfo").problem();
    if (!fault) user.additional_info = without_password_history(fields.raw("additionalInfo"));
  }
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return draft;
}

Outcome<Response> save_user(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string id = fields.text("id");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return id.empty() ? create_user(services, request) : update_user(services, request, id);
}

Outcome<Response> list_users(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return page_response(services.context.store.users().page(*page), *page, user_to_json);
}

Outcome<Response> get_user(Services& services, const Request& request) {
  const auto user = from_store(services.context.store.users().get(request.param("userId")));
  if (!user) return tl::unexpected(user.error());
  return Response::json(user_to_json(*user));
}

Outcome<Response> delete_user(Services& services, const Request& request) {
  const std::string& id = request.param("userId");
  if (id == request.caller.user_id) return permission_denied("Nobody can delete their own account");
  entities::Users& users = services.context.store.users();
  const auto user = from_store(users.get(id));
  if (!user) return tl::unexpected(user.error());
  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(users.remove(change->transaction(), id));
  if (done) {
    done =
        change->log("DELETE", {"USER", id, user->email, json::serialize(user_to_json(*user)), ""});
  }
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

Outcome<Response> is_login_as_enabled(Services& services, const Request&) {
  return Response::json(services.context.allows_login_as);
}

Outcome<Response> log_in_as(Services& services, const Request& request) {
  if (!services.context.allows_login_as) {
    return permission_denied("Tokens of other users are switched off");
  }
  const auto pair = services.accounts.log_in_as(request.caller, request.param("userId"));
  if (!pair) return tl::unexpected(pair.error());
  return Response::json(
      json::object{{"token", pair->token}, {"refreshToken", pair->refresh_token}});
}

Outcome<Response> rotate_signing_key(Services& services, const Request& request) {
  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = change->log("ROTATE", {"SIGNING_KEY", "", "", "", ""});
  if (done) done = services.tokens.rotate(change->transaction());
  if (done) done = change->commit();
  if (done) return Response::empty();
  (void)services.tokens.load();  // back to what the store has
  return tl::unexpected(done.error());
}

}  // namespace sluice::admin
