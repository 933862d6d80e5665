#include "ctl/input/console.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/admin";
constexpr EntityKind kUser{"user", kPath, "/api/admin/user/", "email"};

Outcome<json::object> find_user(const Call& call) {
  return find_entity(call.api, kUser, call.arguments.text("USER"));
}

/// What `create` and `update` have in common: members that were given replace those of the user.
void set_members(const Arguments& arguments, json::object& user) {
  if (const auto role = arguments.find("--role")) user["authority"] = api_name(*role);
  if (const auto name = arguments.find("--first-name")) user["firstName"] = *name;
  if (const auto name = arguments.find("--last-name")) user["lastName"] = *name;
  if (const auto text = arguments.find("--description")) {
    json::value& info = user["additionalInfo"];
    if (!info.is_object()) info.emplace_object();
    info.get_object()["description"] = *text;
  }
}

Outcome<Answer> save(const Call& call, const json::object& user) {
  auto saved = call.api.post(kPath, user);
  if (!saved) return tl::unexpected(saved.error());
  return Answer{std::move(*saved)};
}

Outcome<Answer> get(const Call& call) {
  auto user = find_user(call);
  if (!user) return tl::unexpected(user.error());
  return Answer{std::move(*user)};
}

Outcome<Answer> create(const Call& call) {
  const auto password = call.console.new_secret(call.arguments.find("--password-file"), "password");
  if (!password) return tl::unexpected(password.error());
  json::object user{{"email", call.arguments.text("EMAIL")}, {"password", *password}};
  set_members(call.arguments, user);
  return save(call, user);
}

Outcome<Answer> update(const Call& call) {
  auto user = find_user(call);
  if (!user) return tl::unexpected(user.error());
  set_members(call.arguments, *user);
  if (const auto email = call.arguments.find("--email")) (*user)["email"] = *email;
  if (call.arguments.has("--enable")) (*user)["enabled"] = true;
  if (call.arguments.has("--disable")) (*user)["enabled"] = false;
  return save(call, *user);
}

Outcome<Answer> set_password(const Call& call) {
  const auto user = find_user(call);
  if (!user) return tl::unexpected(user.error());
  const auto password =
      call.console.new_secret(call.arguments.find("--password-file"), "new password");
  if (!password) return tl::unexpected(password.error());
  const auto saved =
      call.api.post(kPath, json::object{{"id", user->at("id")}, {"password", *password}});
  if (!saved) return tl::unexpected(saved.error());
  return Answer{};
}

Outcome<Answer> remove(const Call& call) {
  const auto user = find_user(call);
  if (!user) return tl::unexpected(user.error());
  const auto agreed = call.console.confirm(call.arguments.has("--yes"),
                                           "Delete the user '" + text_of(*user, "email") + "'?");
  if (!agreed) return tl::unexpected(agreed.error());
  const auto done = call.api.remove(kPath + ("/" + text_of(*user, "id")));
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Listing listing() {
  return {kPath,
          {text_column("EMAIL", "email"), text_column("ROLE", "authority"),
           text_column("ENABLED", "enabled"), time_column("CREATED", "createdTime"),
           wide(text_column("FIRST NAME", "firstName")), wide(text_column("LAST NAME", "lastName")),
           wide(text_column("DESCRIPTION", "additionalInfo.description")),
           wide(text_column("ID", "id"))}};
}

std::vector<Parameter> member_options() {
  return {option("--first-name", "NAME", "First name"), option("--last-name", "NAME", "Last name"),
          option("--description", "TEXT", "For people")};
}

}  // namespace

Noun users() {
  const Parameter user = positional("USER", "E-mail address or id");
  const Parameter role = choice("--role", {"admin", "operator", "viewer"}, "What the user may do");
  const Parameter password =
      option("--password-file", "FILE", "File with the password, - for a line of stdin");
  using List = std::vector<Parameter>;
  return {
      "users",
      "People who administer the broker",
      {list_verb("List the users", "-o wide", listing()),
       {"get", "Show a user", "eve@example.com", {user}, get},
       {"create", "Create a user", "eve@example.com --role operator --password-file eve.txt",
        List{positional("EMAIL", "E-mail address"), required(role), password} + member_options(),
        create},
       {"update", "Change what is given, and nothing else", "eve@example.com --role viewer",
        List{user, role, option("--email", "EMAIL", "New e-mail address"),
             flag("--enable", "Let the user log in"), flag("--disable", "Keep the user out")} +
            member_options(),
        update},
       {"set-password",
        "Set a password, which ends the user's logins",
        "eve@example.com --password-file new.txt",
        {user, password},
        set_password},
       {"delete", "Delete a user", "eve@example.com --yes", {user, yes_flag()}, remove}}};
}

}  // namespace sluice::ctl
