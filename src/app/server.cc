#include "app/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "app/access_control.h"
#include "app/exit_codes.h"
#include "app/main_loop.h"
#include "app/safety_notes.h"
#include "app/store.h"
#include "base/log.h"
#include "base/time.h"
#include "net/server.h"
#include "runtime/shard_id.h"

namespace sluice::app {

namespace {

// Initialised before main: what the loader did before is all that is missing.
const auto kProcessStart = std::chrono::steady_clock::now();

constexpr std::size_t kStartLinesMax = 12;
constexpr std::size_t kListenerLinesMax = 4;

/// What the operator reads at start is written at once and bare, before the log has anything to
/// say.
void print(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

config::Settings with_defaults(config::Settings settings) {
  if (settings.listeners.empty()) {
    settings.listeners = {{config::Scheme::Mqtt, "127.0.0.1", 1883, ""},
                          {config::Scheme::WebSocket, "127.0.0.1", 8084, "/mqtt"}};
  }
  if (settings.shards == 0) settings.shards = std::thread::hardware_concurrency();
  settings.shards = std::clamp<std::uint32_t>(settings.shards, 1, kShardsMax);
  return settings;
}

std::vector<std::string> listener_lines(const std::vector<config::ListenerSettings>& listeners) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (i < kListenerLinesMax) {
      lines.push_back("listening on " + listeners[i].url());
    } else {
      lines.back() += ", " + listeners[i].url();
    }
  }
  return lines;
}

/// All start-up lines but the last; notices that find no line of their own share one.
std::vector<std::string> start_lines(const config::Settings& settings, const std::string& store,
                                     std::vector<std::string> notices, rlim_t descriptors) {
  std::vector<std::string> lines{std::string("Sluice ") + SLUICE_VERSION};
  for (std::string& line : listener_lines(settings.listeners)) lines.push_back(std::move(line));
  lines.push_back("shards: " + std::to_string(settings.shards) +
                  ", descriptors: " + std::to_string(descriptors));
  lines.push_back(store);
  if (settings.auth.allow_anonymous) {
    lines.emplace_back(
        "warning: every client may connect without credentials (auth.allow_anonymous)");
  }
  for (std::string& note : safety_notes(settings)) notices.push_back(std::move(note));
  const std::size_t room = kStartLinesMax - 1 - lines.size();
  for (std::size_t i = 0; i < notices.size(); ++i) {
    if (i < room) {
      lines.push_back(notices[i]);
    } else {
      lines.back() += "; " + notices[i];
    }
  }
  return lines;
}

int refuse(const Error& error, int exit_code) {
  print(error.what);
  return exit_code;
}

}  // namespace

int run_server(const config::Sources& sources, const config::LoadOutcome& loaded) {
  const rlim_t descriptors = raise_descriptor_limit();
  runtime::FileDescriptor signals = take_signals();
  const config::Settings settings = with_defaults(loaded.settings);
  log::set_level(static_cast<log::Level>(settings.log_level));
  log::set_format(static_cast<log::Format>(settings.log_format));
  NodeState state;
  TaskQueue tasks;

  // Listening first: an address that is taken is known before a long recovery.
  auto server = net::Server::make(settings, settings.shards);
  if (!server) return refuse(server.error(), kExitForbidden);
  auto store = open_store(settings);
  if (!store) return refuse(store.error(), kExitDataFolder);
  auto access =
      AccessControl::make({settings, **server, store->engine.get(), state, tasks, sources, loaded});
  if (!access) return refuse(access.error(), kExitDataFolder);
  // Before the recovery too, so that health can be asked for.
  const auto administration = (*access)->start_administration();
  if (!administration) return refuse(administration.error(), kExitForbidden);
  if (const auto read = store->load(settings, state); !read) {
    return refuse(read.error(), kExitDataFolder);
  }
  const std::string store_line = store->describe(settings);
  if (store->recovery) (*server)->restore(*store->recovery);
  store->recovery.reset();
  auto loop = runtime::EventLoop::make();
  if (!loop) return refuse(loop.error(), kExitFailure);
  MainLoop main_loop(
      {settings, **server, **access, state, tasks, std::move(signals), std::move(*loop)});
  if (const auto watched = main_loop.watch(); !watched) {
    return refuse(watched.error(), kExitFailure);
  }
  (*access)->set_listener(
      [&main_loop](const config::Settings& changed) { main_loop.on_settings(changed); });

  for (const std::string& line : start_lines(settings, store_line, loaded.notices, descriptors)) {
    print(line);
  }
  (*access)->start();
  (*server)->start(store->engine.get());
  state.is_recovered = true;
  for (const std::string& line : *administration) print(line);
  const auto elapsed = std::chrono::steady_clock::now() - kProcessStart;
  print("ready in " + std::to_string(std::chrono::ceil<milliseconds>(elapsed).count()) + " ms");

  const int exit_code = main_loop.run();
  access->reset();  // before the shards, to which it talks
  server->reset();  // its threads use the engine, and may have a last word for the log
  store->engine.reset();
  log::shut_down();
  return exit_code;
}

}  // namespace sluice::app
