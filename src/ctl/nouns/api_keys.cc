#include "ctl/input/console.h"
#include "ctl/input/time_text.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/apiKey";
constexpr EntityKind kApiKey{"API key", kPath, "/api/apiKey/", "name"};

Outcome<json::object> find_key(const Call& call) {
  return find_entity(call.api, kApiKey, call.arguments.text("KEY"));
}

Outcome<Answer> get(const Call& call) {
  auto key = find_key(call);
  if (!key) return tl::unexpected(key.error());
  return Answer{std::move(*key)};
}

Outcome<Answer> create(const Call& call) {
  json::object key{{"name", call.arguments.text("NAME")},
                   {"role", api_name(call.arguments.text("--role"))}};
  if (const auto expires = call.arguments.find("--expires")) {
    const auto time = parse_future(*expires);
    if (!time) return tl::unexpected(time.error());
    key["expirationTime"] = *time;
  }
  auto made = call.api.post(kPath, key);
  if (!made) return tl::unexpected(made.error());
  Answer answer{std::move(*made)};
  answer.note = "The secret is shown this once.";
  return answer;
}

Outcome<Answer> remove(const Call& call) {
  const auto key = find_key(call);
  if (!key) return tl::unexpected(key.error());
  const auto agreed = call.console.confirm(call.arguments.has("--yes"),
                                           "Delete the API key '" + text_of(*key, "name") + "'?");
  if (!agreed) return tl::unexpected(agreed.error());
  const auto done = call.api.remove(kPath + ("/" + text_of(*key, "id")));
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Listing listing() {
  return {kPath,
          {text_column("NAME", "name"), text_column("ROLE", "role"),
           time_column("EXPIRES", "expirationTime"), time_column("LAST USED", "lastUsedTime"),
           time_column("CREATED", "createdTime"), wide(text_column("CREATED BY", "createdBy")),
           wide(text_column("ID", "id"))}};
}

}  // namespace

Noun api_keys() {
  const Parameter key = positional("KEY", "Name or id");
  return {"api-keys",
          "Keys with which programs administer the broker",
          {list_verb("List the API keys", "-o wide", listing()),
           {"get", "Show an API key, without its secret", "backup", {key}, get},
           {"create",
            "Create an API key and show its secret",
            "backup --role viewer --expires 90d",
            {positional("NAME", "Name"),
             required(choice("--role", {"admin", "operator", "viewer"}, "What it may do")),
             option("--expires", "TIME", "As 90d or 2027-01-31; never if it is not given")},
            create},
           {"delete", "Delete an API key", "backup --yes", {key, yes_flag()}, remove}}};
}

}  // namespace sluice::ctl
