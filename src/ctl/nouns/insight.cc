#include "ctl/nouns/insight.h"

#include "ctl/answers.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/table.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

/// "LIKELY  QUEUE_FULL: The queue is full." with what it was concluded from, and what to do.
std::string cause_text(const json::object& cause) {
  std::string text = harmless(text_of(cause, "certainty")) + "  " +
                     harmless(text_of(cause, "cause")) + ": " +
                     harmless(text_of(cause, "explanation")) + "\n";
  const json::value* evidence = cause.if_contains("evidence");
  for (const json::value& line : items_of(evidence ? *evidence : json::value())) {
    if (line.is_string()) text += "  because: " + harmless(line.get_string()) + "\n";
  }
  const std::string remedy = text_of(cause, "remedy");
  return text + (remedy.empty() ? "" : "  remedy: " + harmless(remedy) + "\n");
}

std::string explanation_text(const json::object& explanation) {
  std::string text;
  const json::value* causes = explanation.if_contains("causes");
  for (const json::value& cause : items_of(causes ? *causes : json::value())) {
    if (cause.is_object()) text += cause_text(cause.get_object());
  }
  if (text.empty()) text = "Nothing that is known speaks against delivery.\n";
  const std::string hint = text_of(explanation, "hint");
  return text + (hint.empty() ? ""
                              : "\nNothing was traced yet. `sluice ctl trace start` with this "
                                "client and topic, let it be published again, and ask again.\n");
}

Outcome<Answer> explain(const Call& call) {
  auto reply =
      as_object(call.api.get("/api/explain", {{"clientId", call.arguments.text("CLIENT")},
                                              {"topic", call.arguments.text("TOPIC")},
                                              {"publisher", call.arguments.text("--publisher")}}));
  if (!reply) return tl::unexpected(reply.error());
  Answer answer;
  if (call.format == Format::Table || call.format == Format::Wide) {
    answer.text = explanation_text(*reply);
  } else {
    answer.value = std::move(*reply);
  }
  return answer;
}

Outcome<Answer> drops(const Call& call) {
  auto reply = call.api.get("/api/drops", {{"clientId", call.arguments.text("--client")},
                                           {"limit", call.arguments.text("--limit")}});
  if (!reply) return tl::unexpected(reply.error());
  return Answer{items_of(std::move(*reply)), drop_columns()};
}

Outcome<Answer> slow(const Call& call) {
  auto reply =
      call.api.get("/api/slow-subscribers", {{"limit", call.arguments.text("--limit")},
                                             {"sortBy", call.arguments.text("--sort-by")}});
  if (!reply) return tl::unexpected(reply.error());
  return Answer{items_of(std::move(*reply)), slow_columns()};
}

}  // namespace

std::vector<Column> drop_columns() {
  return {text_column("CLIENT ID", "clientId"), text_column("REASON", "reason"),
          text_column("MESSAGES", "count"), time_column("LAST", "lastTime"),
          text_column("LAST TOPIC", "lastTopic")};
}

std::vector<Column> slow_columns() {
  return {text_column("CLIENT ID", "clientId"),  text_column("WAITING", "waitingMessages"),
          text_column("BYTES", "waitingBytes"),  text_column("BYTES/S", "waitingBytesRate"),
          text_column("ACK MS", "latencyMs"),    text_column("MAX MS", "latencyMaxMs"),
          text_column("ADDRESS", "clientIpAdr"), time_column("CONNECTED", "connectedAt")};
}

Noun insight() {
  const Parameter limit = option("--limit", "N", "At most N");
  return {"",
          "",
          {watchable({"explain",
                      "Say why a client got the messages of a topic, or why not",
                      "pump-7 commands/pump-7",
                      {positional("CLIENT", "Client Identifier of the receiver"),
                       positional("TOPIC", "Topic Name that was published to"),
                       option("--publisher", "CLIENT", "Client Identifier of who published it")},
                      explain}),
           watchable({"drops",
                      "List for whom messages were dropped, and why",
                      "--limit 10",
                      {option("--client", "CLIENT", "Only those of this Client Identifier"), limit},
                      drops}),
           watchable({"slow",
                      "List the clients that take their messages slowest",
                      "--sort-by latency --limit 10",
                      {option("--sort-by", "ORDER", "waiting (the default) or latency"), limit},
                      slow})}};
}

}  // namespace sluice::ctl
