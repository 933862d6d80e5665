#include "ctl/nouns/insight.h"

#include "ctl/answers.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

Outcome<Answer> explain(const Call& call) {
  auto answer =
      shown(call.api.get("/api/explain", {{"clientId", call.arguments.text("CLIENT")},
                                          {"topic", call.arguments.text("TOPIC")},
                                          {"publisher", call.arguments.text("--publisher")}}),
            {time_column("TIME", "time"), text_column("STEP", "step"),
             text_column("DETAIL", "detail"), text_column("REASON", "reason")});
  if (answer) answer->list_member = "records";
  return answer;
}

Outcome<Answer> drops(const Call& call) {
  auto reply = call.api.get("/api/drops", {{"clientId", call.arguments.text("--client")},
                                           {"limit", call.arguments.text("--limit")}});
  if (!reply) return tl::unexpected(reply.error());
  return Answer{items_of(std::move(*reply)), drop_columns()};
}

Outcome<Answer> slow(const Call& call) {
  auto reply = call.api.get("/api/slow-subscribers", {{"limit", call.arguments.text("--limit")}});
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
  return {text_column("CLIENT ID", "clientId"), text_column("WAITING", "waitingMessages"),
          text_column("BYTES", "waitingBytes"), text_column("ADDRESS", "clientIpAdr"),
          time_column("CONNECTED", "connectedAt")};
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
                      "--limit 10",
                      {limit},
                      slow})}};
}

}  // namespace sluice::ctl
