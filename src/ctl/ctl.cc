#include "ctl/ctl.h"

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "ctl/command_line.h"
#include "ctl/endpoint.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/printer.h"

namespace sluice::ctl {
namespace {

int report(const Failure& failure) {
  std::cerr << "sluice ctl: " << failure.what << '\n';
  return failure.exit_code;
}

void show(const Answer& answer, Format format, bool is_watched) {
  constexpr const char* kClearScreen = "\x1b[H\x1b[2J";
  if (is_watched && ::isatty(STDOUT_FILENO) == 1) std::cout << kClearScreen;
  std::cout << to_text(answer, format) << std::flush;
  if (!answer.note.empty()) std::cerr << answer.note << '\n';
}

int run(const Invocation& invocation) {
  Console console;
  const auto endpoint = find_endpoint(invocation.common, console);
  if (!endpoint) return report(endpoint.error());
  auto client = make_http_client(*endpoint);
  if (!client) return report(client.error());
  Api api(std::move(*client));
  const std::chrono::duration<double> pause(invocation.watch_seconds);
  for (;;) {
    const auto answer = invocation.verb->run(
        {api, invocation.arguments, console, std::cout, invocation.common.format, *endpoint});
    if (!answer) return report(answer.error());
    show(*answer, invocation.common.format, pause.count() > 0);
    if (!std::cout) return report({kExitRefused, "cannot write to stdout"});
    if (pause.count() == 0) return answer->exit_code;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

int run_ctl(int argc, char** argv) {
  const std::vector<Noun> nouns = all_nouns();
  const auto parsed = parse_command_line(nouns, argc, argv);
  if (const auto* invocation = std::get_if<Invocation>(&parsed)) return run(*invocation);
  const Text& text = std::get<Text>(parsed);
  (text.exit_code == 0 ? std::cout : std::cerr) << text.text << std::flush;
  return text.exit_code;
}

}  // namespace sluice::ctl
