#include "app/server.h"

#include <sys/resource.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "app/access_control.h"
#include "app/exit_codes.h"
#include "app/memory_watch.h"
#include "app/store.h"
#include "base/log.h"
#include "base/time.h"
#include "net/server.h"
#include "runtime/event_loop.h"
#include "runtime/shard_id.h"

namespace sluice::app {

namespace {

// Initialised before main: what the loader did before is all that is missing.
const auto kProcessStart = std::chrono::steady_clock::now();

constexpr std::size_t kStartLinesMax = 12;
constexpr std::size_t kListenerLinesMax = 4;
constexpr milliseconds kStopMax{9500};  // the shards give up earlier by themselves

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

/// Signals become events of the main thread; threads started later inherit the mask.
runtime::FileDescriptor take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a log reader that went away ends nothing
  return runtime::FileDescriptor{::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
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
                                     std::span<const std::string> notices, rlim_t descriptors) {
  std::vector<std::string> lines{std::string("Sluice ") + SLUICE_VERSION};
  for (std::string& line : listener_lines(settings.listeners)) lines.push_back(std::move(line));
  lines.push_back("shards: " + std::to_string(settings.shards) +
                  ", descriptors: " + std::to_string(descriptors));
  lines.push_back(store);
  if (settings.auth.allow_anonymous) {
    lines.emplace_back(
        "warning: every client may connect without credentials (auth.allow_anonymous)");
  }
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

/// Waits for signals and for what the shards report.
class MainLoop {
 public:
  MainLoop(net::Server& server, AccessControl& access, NodeState& state, std::uint64_t memory_max,
           runtime::FileDescriptor signals, runtime::EventLoop loop)
      : server_(server),
        access_(access),
        state_(state),
        memory_(memory_max),
        loop_(std::move(loop)),
        signals_{*this, std::move(signals)} {}

  Result<void> watch() {
    if (auto added = loop_.add(signals_.fd.get(), signals_, EPOLLIN); !added) return added;
    return loop_.add(server_.wake_fd(), reports_, EPOLLIN);
  }

  int run() {
    server_.take_reports();
    while (!server_.has_stopped()) {
      loop_.run_once(milliseconds{1000});
      watch_memory();
      if (monotonic_now() >= give_up_) {
        log::error("stopping takes too long, ending at once");
        log::shut_down();
        std::_Exit(kExitFailure);
      }
    }
    return kExitOk;
  }

 private:
  struct Signals final : runtime::EventHandler {
    Signals(MainLoop& owner, runtime::FileDescriptor descriptor)
        : main_loop(owner), fd(std::move(descriptor)) {}
    void on_events(std::uint32_t) override {
      signalfd_siginfo info{};
      while (::read(fd.get(), &info, sizeof info) == sizeof info) {
        main_loop.on_signal(static_cast<int>(info.ssi_signo));
      }
    }
    MainLoop& main_loop;
    runtime::FileDescriptor fd;
  };
  struct Reports final : runtime::EventHandler {
    explicit Reports(net::Server& reporting) : server(reporting) {}
    void on_events(std::uint32_t) override { server.take_reports(); }
    net::Server& server;
  };

  void watch_memory() {
    const Instant now = monotonic_now();
    if (now < next_look_ || give_up_ != kNever) return;
    next_look_ = now + seconds{1};
    if (!memory_.update(resident_bytes())) return;
    state_.is_memory_full = memory_.is_full();
    server_.report_memory(memory_.is_full());
    const std::string limit = std::to_string(memory_.limit());
    if (memory_.is_full()) {
      log::warning("memory is full: new work is refused, overload.memory_max is " + limit);
    } else {
      log::info("memory is below overload.memory_max again");
    }
  }

  void on_signal(int signal) {
    if (signal == SIGUSR1) {
      return server_.request_counters(print);
    }
    if (give_up_ != kNever) std::_Exit(kExitFailure);  // asked twice: at once
    log::info("stopping");
    state_.is_draining = true;
    access_.stop();
    give_up_ = monotonic_now() + kStopMax;
    server_.request_stop();
  }

  net::Server& server_;
  AccessControl& access_;
  NodeState& state_;
  MemoryWatch memory_;
  Instant next_look_{};
  runtime::EventLoop loop_;
  Signals signals_;
  Reports reports_{server_};
  Instant give_up_ = kNever;
};

int refuse(const Error& error, int exit_code) {
  print(error.what);
  return exit_code;
}

}  // namespace

int run_server(const config::Sources& sources, const config::LoadOutcome& loaded) {
  const rlim_t descriptors = raise_descriptor_limit();
  runtime::FileDescriptor signals = take_signals();
  const config::Settings settings = with_defaults(loaded.settings);
  NodeState state;
  log::set_level(static_cast<log::Level>(settings.log_level));

  // Listening first: an address that is taken is known before a long recovery.
  auto server = net::Server::make(settings, settings.shards);
  if (!server) return refuse(server.error(), kExitForbidden);
  auto store = open_store(settings);
  if (!store) return refuse(store.error(), kExitDataFolder);
  const std::string store_line = store->describe(settings);
  if (store->recovery) (*server)->restore(*store->recovery);
  store->recovery.reset();
  auto access =
      AccessControl::make({settings, **server, store->engine.get(), state, sources, loaded});
  if (!access) return refuse(access.error(), kExitDataFolder);
  auto loop = runtime::EventLoop::make();
  if (!loop) return refuse(loop.error(), kExitFailure);
  MainLoop main_loop(**server, **access, state, settings.overload.memory_max, std::move(signals),
                     std::move(*loop));
  if (const auto watched = main_loop.watch(); !watched) {
    return refuse(watched.error(), kExitFailure);
  }

  for (const std::string& line : start_lines(settings, store_line, loaded.notices, descriptors)) {
    print(line);
  }
  (*server)->start(store->engine.get());
  state.is_recovered = true;
  const auto administration = (*access)->start();
  if (!administration) return refuse(administration.error(), kExitForbidden);
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
