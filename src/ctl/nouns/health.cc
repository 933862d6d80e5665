#include "ctl/answers.h"
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

/// Lines of a text, each in the colour of what it says first.
std::string coloured_lines(const std::string& text, bool passes) {
  const Terminal terminal = Terminal::of_stdout();
  std::string shown;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = harmless(text.substr(begin, end - begin));
    const bool is_bad = line.starts_with("[-]") || (!passes && begin == 0);
    shown += (is_bad ? terminal.bad(line) : terminal.good(line)) + "\n";
    begin = end + 1;
  }
  return shown;
}

Outcome<Answer> ask(const Call& call) {
  const auto reply = call.api.answer(path_of(call.arguments), {{"verbose", "true"}});
  if (!reply) return tl::unexpected(reply.error());
  const bool passes = reply->status == 200;
  if (!passes && reply->status != 503) {
    return refused("the broker answered with HTTP status " + std::to_string(reply->status) +
                   ": is this the administration's port?");
  }
  Answer answer;
  answer.exit_code = passes ? 0 : kExitNotReady;
  json::error_code error;
  json::value body = json::parse(reply->body, error);
  if (call.format == Format::Table || call.format == Format::Wide || error) {
    answer.text = coloured_lines(reply->body, passes);
  } else {
    answer.value = std::move(body);
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
