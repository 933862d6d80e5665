#include "ctl/nouns/credentials.h"

#include <iterator>
#include <utility>

#include "ctl/input/console.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"
#include "ctl/nouns/rule_options.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr EntityKind kCredentials{"credentials", kCredentialsPath, "/api/mqtt/client/credentials/",
                                  "name"};
constexpr const char* kAnyCommonName = ".*";

Outcome<json::object> find_credentials(const Call& call) {
  return find_entity(call.api, kCredentials, call.arguments.text("CREDENTIALS"));
}

/// The API sends `credentialsValue` as JSON in a text, and takes it as an object too.
Outcome<json::object> value_of(const json::object& credentials) {
  json::error_code error;
  json::value value = json::parse(text_of(credentials, "credentialsValue"), error);
  if (error || !value.is_object()) return refused("the broker's answer has no credentialsValue");
  return std::move(value.get_object());
}

/// The credentials as they would be with the rules that were given.
Outcome<json::object> with_new_rules(const Arguments& arguments, json::object credentials) {
  auto value = value_of(credentials);
  if (!value) return value;
  const auto set = set_rules(arguments, text_of(credentials, "credentialsType"), *value);
  if (!set) return tl::unexpected(set.error());
  credentials["credentialsValue"] = std::move(*value);
  return credentials;
}

Outcome<Answer> get(const Call& call) {
  auto credentials = find_credentials(call);
  if (!credentials) return tl::unexpected(credentials.error());
  return Answer{std::move(*credentials)};
}

Outcome<Answer> update(const Call& call) {
  auto found = find_credentials(call);
  if (!found) return tl::unexpected(found.error());
  auto credentials = with_new_rules(call.arguments, std::move(*found));
  if (!credentials) return tl::unexpected(credentials.error());
  set_members(call.arguments, *credentials);
  if (const auto name = call.arguments.find("--name")) (*credentials)["name"] = *name;
  return save_credentials(call, *credentials);
}

Outcome<Answer> set_password(const Call& call) {
  auto credentials = find_credentials(call);
  if (!credentials) return tl::unexpected(credentials.error());
  const std::string type = text_of(*credentials, "credentialsType");
  if (type == "X_509") return refused("credentials for certificates have no password");
  const auto password =
      call.console.new_secret(call.arguments.find("--password-file"), "new password");
  if (!password) return tl::unexpected(password.error());
  if (type == "SCRAM") {
    auto value = value_of(*credentials);
    if (!value) return tl::unexpected(value.error());
    (*value)["password"] = *password;
    (*credentials)["credentialsValue"] = std::move(*value);
    return save_credentials(call, *credentials);
  }
  auto saved = call.api.post(kCredentials.item_path + text_of(*credentials, "id"),
                             json::object{{"newPassword", *password}});
  if (!saved) return tl::unexpected(saved.error());
  return Answer{std::move(*saved)};
}

Outcome<Answer> remove(const Call& call) {
  const auto credentials = find_credentials(call);
  if (!credentials) return tl::unexpected(credentials.error());
  const auto agreed = call.console.confirm(
      call.arguments.has("--yes"),
      "Delete the credentials '" + text_of(*credentials, "name") + "' and close their clients?");
  if (!agreed) return tl::unexpected(agreed.error());
  const auto done = call.api.remove(kCredentials.item_path + text_of(*credentials, "id"));
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

/// Asks who would lose what; changes nothing.
Outcome<Answer> dry_run(const Call& call) {
  if (call.arguments.has("--delete") == has_rules(call.arguments)) {
    return misused("give either --delete or rules");
  }
  auto credentials = find_credentials(call);
  if (credentials && has_rules(call.arguments)) {
    credentials = with_new_rules(call.arguments, std::move(*credentials));
  } else if (credentials) {
    credentials->erase("credentialsValue");
  }
  if (!credentials) return tl::unexpected(credentials.error());
  auto losses = as_object(call.api.post(std::string(kCredentialsPath) + "/dryRun", *credentials));
  if (!losses) return tl::unexpected(losses.error());
  Answer answer{(*losses)["clients"],
                {text_column("CLIENT ID", "clientId"), text_column("WOULD LOSE", "topicFilters")}};
  answer.note = json::serialize((*losses)["affectedClients"]) + " of " +
                json::serialize((*losses)["checkedClients"]) + " clients would lose something.";
  return answer;
}

Outcome<std::string> credentials_type(const std::string& word) {
  if (word == "basic") return std::string("MQTT_BASIC");
  if (word == "x509") return std::string("X_509");
  return api_name(word);
}

Listing listing() {
  std::vector<ListFilter> filters{{"type", "credentialsTypeList", credentials_type},
                                  {"client-type", "clientTypeList", upper},
                                  {"username", "username"},
                                  {"client-id", "clientId"},
                                  {"cn", "certificateCn"}};
  for (ListFilter& filter : time_filters()) filters.push_back(std::move(filter));
  return {"/api/v2/mqtt/client/credentials",
          {text_column("NAME", "name"), text_column("TYPE", "credentialsType"),
           text_column("CLIENT TYPE", "clientType"), time_column("CREATED", "createdTime"),
           wide(text_column("DESCRIPTION", "additionalInfo.description")),
           wide(text_column("ID", "id"))},
          std::move(filters)};
}

}  // namespace

std::vector<Parameter> credentials_options() {
  return {choice("--client-type", {"device", "application"}, "What its clients are"),
          option("--description", "TEXT", "For people")};
}

void set_members(const Arguments& arguments, json::object& credentials) {
  if (const auto type = arguments.find("--client-type"))
    credentials["clientType"] = api_name(*type);
  if (const auto text = arguments.find("--description")) {
    json::value& info = credentials["additionalInfo"];
    if (!info.is_object()) info.emplace_object();
    info.get_object()["description"] = *text;
  }
}

Outcome<void> set_rules(const Arguments& arguments, const std::string& type, json::object& value) {
  const bool is_x509 = type == "X_509";
  // Of certificates the API keeps rules by Common Name; options speak of all, a file of each.
  const bool is_for_any = is_x509 && !arguments.has("--rules-file") && !arguments.has("--no-rules");
  json::value& place = value[is_x509 ? "authRulesMapping" : "authRules"];
  if (!has_rules(arguments)) return {};
  if (is_for_any && !place.is_object()) place.emplace_object();
  json::value& rules = is_for_any ? place.get_object()[kAnyCommonName] : place;
  auto changed = change_rules(arguments, rules);
  if (!changed) return tl::unexpected(changed.error());
  rules = std::move(*changed);
  return {};
}

Outcome<Answer> save_credentials(const Call& call, const json::object& credentials) {
  auto saved = call.api.post(kCredentialsPath, credentials);
  if (!saved) return tl::unexpected(saved.error());
  return Answer{std::move(*saved)};
}

Noun credentials() {
  using List = std::vector<Parameter>;
  const Parameter item = positional("CREDENTIALS", "Name or id");
  const Parameter password =
      option("--password-file", "FILE", "File with the password, - for a line of stdin");
  Noun noun{"credentials", "Whom the broker lets in, and what they may do", {}};
  noun.verbs = {list_verb("List the credentials", "--filter type=basic", listing()),
                {"get", "Show credentials, without their secrets", "sensors", {item}, get}};
  for (Verb& verb : create_verbs()) noun.verbs.push_back(std::move(verb));
  noun.verbs.insert(
      noun.verbs.end(),
      {{"update", "Change what is given; holds for connected clients at once",
        "sensors --subscribe 'allow:commands/all'",
        List{item, option("--name", "NAME", "New name")} + credentials_options() + rule_options(),
        update},
       {"set-password",
        "Set a password",
        "sensors --password-file new.txt",
        {item, password},
        set_password},
       {"delete",
        "Delete credentials and close their clients",
        "sensors --yes",
        {item, yes_flag()},
        remove},
       {"dry-run", "Say who would lose what under other rules, or without the credentials",
        "sensors --delete", List{item, flag("--delete", "If they were deleted")} + rule_options(),
        dry_run},
       import_verb()});
  return noun;
}

}  // namespace sluice::ctl
