#pragma once

#include "app/access_control.h"
#include "app/memory_watch.h"
#include "app/node_state.h"
#include "app/task_queue.h"
#include "base/time.h"
#include "net/server.h"
#include "runtime/event_loop.h"

namespace sluice::app {

/// Blocks the signals that MainLoop handles, so that threads started later do not get them.
/// returns  from which they are read
runtime::FileDescriptor take_signals();

/// The main thread while the broker runs: waits for signals, for what the shards report and for
/// tasks of other threads.
///
/// SIGTERM and SIGINT stop: the node is not ready any more, `drain_delay` passes, Clients are told
/// to go, `drain_rate` of them a second, and the rest ends at once. A second one of them kills.
/// SIGHUP loads the configuration anew, SIGUSR1 prints the counters.
class MainLoop {
 public:
  struct Parts {
    config::Settings settings;  // those of the main thread
    net::Server& server;
    AccessControl& access;
    NodeState& state;
    TaskQueue& tasks;
    runtime::FileDescriptor signals;
    runtime::EventLoop loop;
  };
  explicit MainLoop(Parts parts);

  Result<void> watch();
  /// returns  an exit code, when all has stopped
  int run();

  /// On the main thread: what holds from now on.
  void on_settings(const config::Settings& settings);

 private:
  struct Signals final : runtime::EventHandler {
    explicit Signals(MainLoop& owner) : main_loop(owner) {}
    void on_events(std::uint32_t events) override;
    MainLoop& main_loop;
  };
  struct Reports final : runtime::EventHandler {
    explicit Reports(net::Server& reporting) : server(reporting) {}
    void on_events(std::uint32_t) override { server.take_reports(); }
    net::Server& server;
  };
  struct Tasks final : runtime::EventHandler {
    explicit Tasks(TaskQueue& waiting) : queue(waiting) {}
    void on_events(std::uint32_t) override { queue.run(); }
    TaskQueue& queue;
  };
  enum class Phase : std::uint8_t { Serving, Delaying, Draining, Ending };

  void on_signal(int signal);
  void watch_memory();
  void advance();
  void begin_draining();
  void begin_ending();
  milliseconds time_to_wait() const;

  Parts parts_;
  MemoryWatch memory_;
  Instant next_look_{};
  Signals signals_{*this};
  Reports reports_;
  Tasks tasks_;
  Phase phase_ = Phase::Serving;
  Instant drain_at_ = kNever;
  Instant give_up_ = kNever;
};

}  // namespace sluice::app
