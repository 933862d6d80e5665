#include <utility>

#include "ctl/input/console.h"
#include "ctl/lookup.h"
#include "ctl/nouns/credentials.h"
#include "ctl/nouns/rule_options.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

Outcome<Answer> create(const Call& call, const char* type, json::object value) {
  json::object credentials{
      {"name", call.arguments.text("NAME")}, {"clientType", "DEVICE"}, {"credentialsType", type}};
  set_members(call.arguments, credentials);
  const auto set = set_rules(call.arguments, type, value);
  if (!set) return tl::unexpected(set.error());
  credentials["credentialsValue"] = std::move(value);
  return save_credentials(call, credentials);
}

Outcome<Answer> create_basic(const Call& call) {
  const Arguments& arguments = call.arguments;
  json::object value;
  if (const auto id = arguments.find("--client-id")) value["clientId"] = *id;
  if (const auto name = arguments.find("--username")) value["userName"] = *name;
  if (!arguments.has("--no-password")) {
    auto password = call.console.new_secret(arguments.find("--password-file"), "password");
    if (!password) return tl::unexpected(password.error());
    value["password"] = std::move(*password);
  }
  return create(call, "MQTT_BASIC", std::move(value));
}

Outcome<Answer> create_x509(const Call& call) {
  const auto name = call.arguments.find("--cn");
  const auto expression = call.arguments.find("--cn-regex");
  if (name.has_value() == expression.has_value()) return misused("give either --cn or --cn-regex");
  return create(
      call, "X_509",
      {{"certCnPattern", name ? *name : *expression}, {"certCnIsRegex", expression.has_value()}});
}

Outcome<Answer> create_scram(const Call& call) {
  const Arguments& arguments = call.arguments;
  auto password = call.console.new_secret(arguments.find("--password-file"), "password");
  if (!password) return tl::unexpected(password.error());
  return create(call, "SCRAM",
                {{"userName", arguments.text("--username")},
                 {"password", std::move(*password)},
                 {"algorithm", api_name(arguments.find("--algorithm").value_or("sha-256"))}});
}

}  // namespace

std::vector<Verb> create_verbs() {
  using List = std::vector<Parameter>;
  const Parameter name = positional("NAME", "How people call the credentials");
  const Parameter password =
      option("--password-file", "FILE", "File with the password, - for a line of stdin");
  const List common = credentials_options() + rule_options();
  return {{"create basic", "Create credentials of a Client Identifier, a user name or both",
           "sensors --username sensors --password-file sensors.txt --publish 'allow:sensors/#'",
           List{name, option("--client-id", "ID", "Client Identifier"),
                option("--username", "NAME", "User name"), password,
                flag("--no-password", "Any password will do")} +
               common,
           create_basic},
          {"create x509", "Create credentials of certificates",
           "gateways --cn-regex 'gw-[0-9]+' --publish 'allow:gateways/#'",
           List{name, option("--cn", "NAME", "Common Name of the certificate"),
                option("--cn-regex", "EXPRESSION", "What the Common Name has to match")} +
               common,
           create_x509},
          {"create scram", "Create credentials for enhanced authentication (SCRAM)",
           "panel --username panel --algorithm sha-512 --password-file panel.txt",
           List{name, required(option("--username", "NAME", "User name")),
                choice("--algorithm", {"sha-256", "sha-512"}, "Default sha-256"), password} +
               common,
           create_scram}};
}

}  // namespace sluice::ctl
