#include "ctl/answers.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/configuration";

Outcome<Answer> show(const Call& call) {
  auto reply = call.api.get(kPath, {{"prefix", call.arguments.text("PREFIX")}});
  if (!reply) return tl::unexpected(reply.error());
  json::array entries;
  for (json::value& entry : items_of(std::move(*reply))) {
    const bool is_default = entry.is_object() && text_of(entry.get_object(), "origin") == "default";
    if (!is_default || !call.arguments.has("--changed")) entries.push_back(std::move(entry));
  }
  return Answer{
      std::move(entries),
      {text_column("KEY", "key"), text_column("VALUE", "value"), text_column("ORIGIN", "origin"),
       wide(text_column("DEFAULT", "defaultValue")),
       wide(text_column("NEEDS RESTART", "needsRestart")), wide(text_column("HELP", "help"))}};
}

Outcome<Answer> diff(const Call& call) {
  return shown(call.api.get("/api/configuration/diff"),
               {text_column("KEY", "key"), text_column("RUNNING", "running"),
                text_column("LOADED", "loaded"), text_column("NEEDS RESTART", "needsRestart")});
}

Outcome<Answer> reload(const Call& call) {
  return shown(call.api.post("/api/configuration/reload"));
}

Outcome<Answer> log_level(const Call& call) {
  return done(call.api.post("/api/configuration/logLevel",
                            json::object{{"level", call.arguments.text("LEVEL")}}));
}

}  // namespace

Noun configuration() {
  return {"config",
          "Configuration of the running broker",
          {{"show",
            "Show the keys, their values and where they come from; secrets are masked",
            "mqtt --changed",
            {optional(positional("PREFIX", "Only keys that begin so")),
             flag("--changed", "Only those that have not their default")},
            show},
           {"diff", "Show what a reload would change", "", {}, diff},
           {"reload", "Load files and environment anew: all of it, or nothing", "", {}, reload},
           {"log-level",
            "Change what is logged, until the next reload that changes it",
            "debug",
            {positional("LEVEL", "Which lines", {"debug", "info", "warning", "error", "off"})},
            log_level}}};
}

}  // namespace sluice::ctl
