#include "ctl/answers.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/table.h"
#include "ctl/output/terminal.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

const char* path_of(const Arguments& arguments) {
  if (arguments.has("--live")) return "/livez";
  return arguments.has("--startup") ? "/startupz" : "/readyz";
}

/// A line for each check, and what follows from them.
std::string health_text(const json::object& health, bool passes) {
  const Terminal terminal = Terminal::of_stdout();
  const auto word = [&terminal](bool is_good) {
    return is_good ? terminal.good("ok    ") : terminal.bad("failed");
  };
  std::string text;
  const json::value* checks = health.if_contains("checks");
  for (const json::value& each : items_of(checks ? *checks : json::value())) {
    if (!each.is_object()) continue;
    const json::value* check_passes = each.get_object().if_contains("passes");
    text += word(check_passes && check_passes->is_bool() && check_passes->get_bool()) + "  " +
            harmless(text_of(each.get_object(), "name"));
    const std::string detail = text_of(each.get_object(), "detail");
    text += (detail.empty() ? "" : "  " + harmless(detail)) + "\n";
  }
  return text + (passes ? terminal.good("ok") : terminal.bad("failed")) + "\n";
}

Outcome<Answer> ask(const Call& call) {
  const auto reply = call.api.answer(path_of(call.arguments), {{"verbose", "true"}});
  if (!reply) return tl::unexpected(reply.error());
  const bool passes = reply->status == 200;
  json::error_code error;
  json::value body = json::parse(reply->body, error);
  if ((!passes && reply->status != 503) || error || !body.is_object()) {
    return refused("this is no answer about health: is it the administration's port?");
  }
  Answer answer;
  answer.exit_code = passes ? 0 : kExitNotReady;
  if (call.format == Format::Json || call.format == Format::Yaml) {
    answer.value = std::move(body);
  } else {
    answer.text = health_text(body.get_object(), passes);
  }
  return answer;
}

}  // namespace

Noun health() {
  return {"",
          "",
          {watchable({"health",
                      "Say whether the broker is ready; exit code 3 if it is not",
                      "",
                      {flag("--live", "Whether it is alive instead: it may still be starting"),
                       flag("--startup", "Whether it has started, and how far that is")},
                      ask})}};
}

}  // namespace sluice::ctl
