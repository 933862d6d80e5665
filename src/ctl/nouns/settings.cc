#include "ctl/input/document.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

const std::vector<std::string> kKeys{
    "general", "mail", "connectivity", "websocket", "mqttAuthorization", "securitySettings"};

Outcome<json::value> read_setting(const Call& call) {
  auto setting =
      as_object(call.api.get("/api/admin/settings/" + percent_encoded(call.arguments.text("KEY"))));
  if (!setting) return tl::unexpected(setting.error());
  return (*setting)["jsonValue"];
}

/// Replaces the member at "outer.inner". The value is read as YAML, so that 12 is a number.
Outcome<void> assign(json::value& root, const std::string& assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return misused("'" + assignment + "' is not member=value");
  }
  json::value* place = &root;
  for (std::string path = assignment.substr(0, equals); !path.empty();) {
    const std::string name = path.substr(0, path.find('.'));
    path.erase(0, name.size() + 1);
    if (!place->is_object()) place->emplace_object();
    place = &place->get_object()[name];
  }
  auto value = parse_document(assignment.substr(equals + 1));
  if (!value) return tl::unexpected(value.error());
  *place = std::move(*value);
  return {};
}

Outcome<json::value> new_value(const Call& call) {
  const auto file = call.arguments.find("--file");
  const auto assignments = call.arguments.list("MEMBER=VALUE");
  if (file.has_value() != assignments.empty()) {
    return misused("give either --file or what to change, as in passwordPolicy.minimumLength=16");
  }
  if (file) {
    auto object = read_object(*file);
    if (!object) return tl::unexpected(object.error());
    return std::move(*object);
  }
  auto value = read_setting(call);
  if (!value) return value;
  for (const std::string& assignment : assignments) {
    if (auto done = assign(*value, assignment); !done) return tl::unexpected(done.error());
  }
  return value;
}

Outcome<Answer> get(const Call& call) {
  auto value = read_setting(call);
  if (!value) return tl::unexpected(value.error());
  return Answer{std::move(*value)};
}

Outcome<Answer> set(const Call& call) {
  const auto value = new_value(call);
  if (!value) return tl::unexpected(value.error());
  auto saved = as_object(
      call.api.post("/api/admin/settings",
                    json::object{{"key", call.arguments.text("KEY")}, {"jsonValue", *value}}));
  if (!saved) return tl::unexpected(saved.error());
  return Answer{(*saved)["jsonValue"]};
}

}  // namespace

Noun settings() {
  const Parameter key = positional("KEY",
                                   "Which: general, mail, connectivity, websocket, "
                                   "mqttAuthorization or securitySettings",
                                   kKeys);
  const Parameter change = optional(repeated(positional("MEMBER=VALUE", "What to change")));
  return {"settings",
          "Settings that are changed while the broker runs",
          {{"get", "Show settings", "securitySettings", {key}, get},
           {"set",
            "Change members, or replace all by a file",
            "securitySettings passwordPolicy.minimumLength=16",
            {key, change, option("--file", "FILE", "JSON or YAML, - for stdin")},
            set}}};
}

}  // namespace sluice::ctl
