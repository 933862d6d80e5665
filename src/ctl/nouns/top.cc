#include "ctl/top.h"

#include <chrono>
#include <thread>

#include "ctl/answers.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;
using Seconds = std::chrono::duration<double>;

constexpr const char* kShown = "20";

double steady_seconds() {
  return Seconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Outcome<TopSample> take_sample(Api& api) {
  const auto text = api.download("/metrics");
  if (!text) return tl::unexpected(text.error());
  TopSample sample{Metrics::parse(*text), steady_seconds()};
  auto slow = api.get("/api/slow-subscribers", {{"limit", kShown}});
  if (!slow) return tl::unexpected(slow.error());
  auto drops = api.get("/api/drops", {{"limit", kShown}});
  if (!drops) return tl::unexpected(drops.error());
  sample.slow = items_of(std::move(*slow));
  sample.drops = items_of(std::move(*drops));
  return sample;
}

std::string text_of(const TopSample& before, const TopSample& after, const Call& call,
                    bool is_once) {
  const auto figures = top_figures(before, after);
  const bool is_json = call.format == Format::Json || call.format == Format::Yaml;
  if (is_json) return json::serialize(top_json(figures, after)) + "\n";
  const Terminal terminal = Terminal::of_stdout();
  if (is_once) return top_screen(before, after, terminal);
  if (!terminal.is_screen) return top_line(figures);
  return std::string(kClearScreen) + top_screen(before, after, terminal);
}

Outcome<Answer> top_verb(const Call& call) {
  const bool is_once = call.arguments.has("--once");
  const auto seconds = number_option(call.arguments, "--interval", is_once ? 1 : 2);
  if (!seconds) return tl::unexpected(seconds.error());
  if (*seconds == 0) return misused("--interval: 0 is too short");
  auto before = take_sample(call.api);
  if (!before) return tl::unexpected(before.error());
  do {
    std::this_thread::sleep_for(std::chrono::seconds(*seconds));
    auto after = take_sample(call.api);
    if (!after) return tl::unexpected(after.error());
    call.out << text_of(*before, *after, call, is_once) << std::flush;
    before = std::move(after);
  } while (!is_once && call.out.good());
  return Answer{};
}

}  // namespace

Noun top() {
  return {"",
          "",
          {{"top",
            "Show rates, connections, and who is slow or loses messages, again and again",
            "--interval 5",
            {option("--interval", "SECONDS", "Between two looks, default 2"),
             flag("--once", "Look for a second and end")},
            top_verb}}};
}

}  // namespace sluice::ctl
