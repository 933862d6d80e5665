#include "ctl/input/console.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

/// On the command line too, unlike other secrets: it serves once, and the broker prints it so.
Outcome<std::string> setup_token(const Call& call) {
  if (auto token = call.arguments.find("TOKEN")) return *token;
  return call.console.secret(call.arguments.find("--token-file"), "setup token");
}

Outcome<Answer> set_up(const Call& call) {
  const Arguments& arguments = call.arguments;
  const auto token = setup_token(call);
  if (!token) return tl::unexpected(token.error());
  const auto password = call.console.new_secret(arguments.find("--password-file"), "password");
  if (!password) return tl::unexpected(password.error());
  const std::string email = arguments.find("--email").value_or("admin@localhost");
  const auto done =
      call.api.post("/api/noauth/setup",
                    json::object{{"token", *token}, {"email", email}, {"password", *password}});
  if (!done) return tl::unexpected(done.error());
  Answer answer;
  answer.note = "The administrator " + email + " can log in.";
  return answer;
}

Outcome<Answer> who_am_i(const Call& call) {
  auto user = call.api.get("/api/auth/user");
  if (!user) return tl::unexpected(user.error());
  return Answer{std::move(*user)};
}

}  // namespace

Noun account() {
  const Parameter token = optional(positional("TOKEN", "The token; asked for if it is not given"));
  return {"",
          "",
          {{"setup",
            "Create the first administrator with the token that the broker printed",
            "TOKEN --email admin@example.com",
            {token, option("--token-file", "FILE", "File with the token, - for a line of stdin"),
             option("--email", "EMAIL", "Of the administrator, default admin@localhost"),
             option("--password-file", "FILE", "File with the password, - for a line of stdin")},
            set_up},
           {"whoami", "Show whom the broker takes us for", "", {}, who_am_i}}};
}

}  // namespace sluice::ctl
