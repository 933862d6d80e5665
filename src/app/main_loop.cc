#include "app/main_loop.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "app/exit_codes.h"
#include "base/log.h"

namespace sluice::app {

namespace {

constexpr milliseconds kStopMax{9500};  // the shards give up earlier by themselves
constexpr milliseconds kTurnMax{1000};

}  // namespace

runtime::FileDescriptor take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a log reader that went away ends nothing
  return runtime::FileDescriptor{::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
}

MainLoop::MainLoop(Parts parts)
    : parts_(std::move(parts)),
      memory_(parts_.settings.overload.memory_max),
      reports_(parts_.server),
      tasks_(parts_.tasks) {}

Result<void> MainLoop::watch() {
  auto added = parts_.loop.add(parts_.signals.get(), signals_, EPOLLIN);
  if (added) added = parts_.loop.add(parts_.server.wake_fd(), reports_, EPOLLIN);
  if (added) added = parts_.loop.add(parts_.tasks.fd(), tasks_, EPOLLIN);
  return added;
}

int MainLoop::run() {
  parts_.server.take_reports();
  while (!parts_.server.has_stopped()) {
    parts_.loop.run_once(time_to_wait());
    watch_memory();
    advance();
    if (monotonic_now() >= give_up_) {
      log::error("stopping takes too long, ending at once");
      log::shut_down();
      std::_Exit(kExitFailure);
    }
  }
  return kExitOk;
}

milliseconds MainLoop::time_to_wait() const {
  if (phase_ != Phase::Delaying) return kTurnMax;
  return std::clamp(milliseconds(drain_at_ - monotonic_now()), milliseconds{0}, kTurnMax);
}

void MainLoop::on_settings(const config::Settings& settings) {
  if (settings.overload.memory_max != parts_.settings.overload.memory_max) {
    memory_.set_limit(settings.overload.memory_max);
    next_look_ = {};
  }
  parts_.settings = settings;
}

void MainLoop::watch_memory() {
  const Instant now = monotonic_now();
  if (now < next_look_ || phase_ != Phase::Serving) return;
  next_look_ = now + seconds{1};
  if (!memory_.update(resident_bytes())) return;
  parts_.state.is_memory_full = memory_.is_full();
  parts_.server.report_memory(memory_.is_full());
  const std::string limit = std::to_string(memory_.limit());
  if (memory_.is_full()) {
    log::warning("memory is full: new work is refused", {{"overload.memory_max", limit}});
  } else {
    log::info("memory is below overload.memory_max again");
  }
}

void MainLoop::Signals::on_events(std::uint32_t) {
  signalfd_siginfo info{};
  while (::read(main_loop.parts_.signals.get(), &info, sizeof info) == sizeof info) {
    main_loop.on_signal(static_cast<int>(info.ssi_signo));
  }
}

void MainLoop::on_signal(int signal) {
  if (signal == SIGUSR1) {
    return parts_.server.request_counters(
        [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  }
  if (signal == SIGHUP) {
    if (phase_ == Phase::Serving) parts_.access.reload();
    return;
  }
  if (phase_ != Phase::Serving) std::_Exit(kExitFailure);  // asked twice: at once
  log::info("stopping");
  parts_.state.is_draining = true;
  phase_ = Phase::Delaying;
  drain_at_ = monotonic_now() + parts_.settings.drain_delay;
  advance();
}

/// To the next phase when this one is over.
void MainLoop::advance() {
  if (phase_ == Phase::Delaying && monotonic_now() >= drain_at_) begin_draining();
  if (phase_ == Phase::Draining && parts_.server.has_drained()) begin_ending();
}

void MainLoop::begin_draining() {
  if (parts_.settings.drain_rate == 0) return begin_ending();
  phase_ = Phase::Draining;
  parts_.server.request_drain(parts_.settings.drain_rate);
}

void MainLoop::begin_ending() {
  phase_ = Phase::Ending;
  parts_.access.stop();
  give_up_ = monotonic_now() + kStopMax;
  parts_.server.request_stop();
}

}  // namespace sluice::app
