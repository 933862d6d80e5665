#include "ctl/input/console.h"
#include "ctl/input/document.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

const std::vector<std::string> kTypes{"basic", "x509", "jwt", "scram", "http"};

std::string type_name(const std::string& word) {
  if (word == "basic") return "MQTT_BASIC";
  if (word == "x509") return "X_509";
  return api_name(word);
}

Outcome<json::object> find_provider(const Call& call) {
  return as_object(
      call.api.get("/api/mqtt/auth/provider/type/" + type_name(call.arguments.text("TYPE"))));
}

Outcome<Answer> get(const Call& call) {
  auto provider = find_provider(call);
  if (!provider) return tl::unexpected(provider.error());
  return Answer{std::move(*provider)};
}

/// The file holds the configuration, or the whole provider as `get` shows it.
Outcome<Answer> set(const Call& call) {
  auto provider = find_provider(call);
  if (!provider) return tl::unexpected(provider.error());
  auto file = read_object(call.arguments.text("FILE"));
  if (!file) return tl::unexpected(file.error());
  if (file->contains("configuration")) {
    for (const char* member : {"configuration", "enabled", "additionalInfo"}) {
      if (const json::value* value = file->if_contains(member)) (*provider)[member] = *value;
    }
  } else {
    (*provider)["configuration"] = std::move(*file);
  }
  auto saved = call.api.post("/api/mqtt/auth/provider", *provider);
  if (!saved) return tl::unexpected(saved.error());
  return Answer{std::move(*saved)};
}

Outcome<Answer> switch_to(const Call& call, const char* verb) {
  const auto provider = find_provider(call);
  if (!provider) return tl::unexpected(provider.error());
  const auto done =
      call.api.post("/api/mqtt/auth/provider/" + text_of(*provider, "id") + "/" + verb);
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Outcome<Answer> enable(const Call& call) {
  return switch_to(call, "enable");
}

Outcome<Answer> disable(const Call& call) {
  const std::string type = call.arguments.text("TYPE");
  const auto agreed = call.console.confirm(
      call.arguments.has("--yes"), "Disable '" + type + "' and close the clients that it let in?");
  if (!agreed) return tl::unexpected(agreed.error());
  return switch_to(call, "disable");
}

/// Without types, shows the order.
Outcome<Answer> order(const Call& call) {
  json::array priorities;
  for (const std::string& word : call.arguments.list("TYPE")) {
    priorities.emplace_back(type_name(word));
  }
  auto setting = as_object(
      priorities.empty()
          ? call.api.get("/api/admin/settings/mqttAuthorization")
          : call.api.post("/api/admin/settings",
                          json::object{{"key", "mqttAuthorization"},
                                       {"jsonValue", json::object{{"priorities", priorities}}}}));
  if (!setting) return tl::unexpected(setting.error());
  return Answer{(*setting)["jsonValue"]};
}

Listing listing() {
  return {"/api/mqtt/auth/providers",
          {text_column("TYPE", "type"), text_column("ENABLED", "enabled"),
           text_column("DESCRIPTION", "description"), wide(time_column("CREATED", "createdTime")),
           wide(text_column("ID", "id"))}};
}

}  // namespace

Noun providers() {
  const Parameter type = positional("TYPE", "basic, x509, jwt, scram or http", kTypes);
  const Parameter types = optional(repeated(positional(
      "TYPE", "basic, x509, jwt and http in their order", {"basic", "x509", "jwt", "http"})));
  return {
      "providers",
      "How clients are authenticated",
      {list_verb("List the providers", "", listing()),
       {"get", "Show a provider and its configuration", "jwt -o yaml", {type}, get},
       {"set",
        "Replace the configuration; what is shown masked stays as it is",
        "jwt jwt.yaml",
        {type, positional("FILE", "JSON or YAML, - for stdin")},
        set},
       {"enable", "Let it authenticate clients", "basic", {type}, enable},
       {"disable", "Switch it off", "basic --yes", {type, yes_flag()}, disable},
       {"order", "Show in which order they are asked, or set it", "basic jwt", {types}, order}}};
}

}  // namespace sluice::ctl
