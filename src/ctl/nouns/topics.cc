#include "ctl/answers.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/topics";

std::vector<Column> columns() {
  return {text_column("TOPIC", "topic"),       text_column("MESSAGES/S", "rate"),
          text_column("MESSAGES", "messages"), text_column("SUBSCRIBERS", "subscribers"),
          text_column("RETAINED", "retained"), time_column("LAST", "lastTime"),
          text_column("CHILDREN", "children"), wide(text_column("PAYLOAD", "payload"))};
}

Outcome<Answer> rows(const Call& call, const char* path, Query query) {
  const auto limit = number_option(call.arguments, "--limit", 1000);
  if (!limit) return tl::unexpected(limit.error());
  auto topics = call.api.list(path, query, *limit);
  if (!topics) return tl::unexpected(topics.error());
  return Answer{std::move(*topics), columns()};
}

Outcome<Answer> list(const Call& call) {
  return rows(call, kPath, {{"parent", call.arguments.text("PARENT")}});
}

Outcome<Answer> search(const Call& call) {
  return rows(call, "/api/topics/search", {{"text", call.arguments.text("TEXT")}});
}

Outcome<Answer> show(const Call& call) {
  return shown(call.api.get("/api/topics/topic", {{"name", call.arguments.text("TOPIC")}}));
}

Outcome<Answer> watch(const Call& call) {
  const bool is_on = call.arguments.text("STATE") == "on";
  return done(call.api.post(
      "/api/topics/watch",
      json::object{{"enabled", is_on}, {"values", is_on && call.arguments.has("--values")}}));
}

Outcome<Answer> clear(const Call& call) {
  return done(call.api.remove(kPath));
}

}  // namespace

Noun topics() {
  const Parameter limit = option("--limit", "N", "At most N, default 1000");
  return {
      "topics",
      "Topics that were seen, while they are watched",
      {{"watch",
        "Begin or end to watch what is published",
        "on --values",
        {positional("STATE", "Whether to watch", {"on", "off"}),
         flag("--values", "Keep the last payload of each topic too")},
        watch},
       watchable({"list",
                  "List the topics below one, or those of the first level",
                  "sensors",
                  {optional(positional("PARENT", "Topic; the first level if not given")), limit},
                  list}),
       watchable({"search",
                  "Find topics that contain a text",
                  "temperature",
                  {positional("TEXT", "Text"), limit},
                  search}),
       watchable({"show",
                  "Show a topic, its rate and its last message",
                  "sensors/1/temperature",
                  {positional("TOPIC", "Topic Name")},
                  show}),
       {"clear", "Forget the topics seen so far", "", {}, clear}}};
}

}  // namespace sluice::ctl
