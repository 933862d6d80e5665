#include "ctl/answers.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/table.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 100;

/// One a line. Names that a terminal would take for commands are left out, and so is every error:
/// nobody wants one between the words that he types.
Outcome<Answer> clients(const Call& call) {
  const std::string prefix = call.arguments.text("PREFIX");
  const auto sessions = call.api.list("/api/v2/client-session", {{"textSearch", prefix}}, kShown);
  Answer answer;
  if (!sessions) return answer;
  for (const json::value& session : *sessions) {
    const std::string name = session.is_object() ? text_of(session.get_object(), "clientId") : "";
    if (name.starts_with(prefix) && harmless(name) == name) answer.text += name + "\n";
  }
  return answer;
}

}  // namespace

Noun complete() {
  return {"complete",
          "Names for the shell to complete words with",
          {{"clients",
            "Client Identifiers that begin so",
            "pump-",
            {optional(positional("PREFIX", "What was typed so far"))},
            clients}},
          true};
}

}  // namespace sluice::ctl
