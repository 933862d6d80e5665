#include "tools/bench/durable.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "tools/bench/ramp.h"
#include "tools/bench/scenarios.h"

namespace sluice::tools::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMemoryWatchNs = 100'000'000;

std::uint64_t after(double seconds) {
  return now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
}

}  // namespace

Durable::Durable(Run& run)
    : run_(run), flows_(std::max(run.options.publishers, run.options.subscribers)) {
  for (std::uint32_t i = 0; i < options().subscribers; ++i) {
    sessions_.push_back(std::make_unique<DurableSession>(*this, i));
  }
  for (std::uint32_t i = 0; i < options().publishers; ++i) {
    publishers_.push_back(std::make_unique<DurablePublisher>(*this, i));
  }
}

std::string Durable::topic_of_flow(std::size_t number) const {
  return "bench/durable/" + std::to_string(number % options().subscribers);
}

std::uint64_t Durable::share_of_flow(std::size_t number) const {
  if (options().messages == 0) return kNever;
  return options().messages / flows_.size() + (number < options().messages % flows_.size() ? 1 : 0);
}

void Durable::on_acknowledged(std::uint64_t sent_at_ns) {
  ++acknowledged_;
  const std::uint64_t now = run_.batch_time();
  if (measuring_) latency_.add(now > sent_at_ns ? now - sent_at_ns : 0);
}

bool Durable::on_received(std::uint32_t session, const Received& message) {
  const bool has_stamp = message.payload.size() >= kStampBytes;
  const Stamp stamp = has_stamp ? read_stamp(message.payload) : Stamp{};
  const bool is_ours = has_stamp && stamp.run == run_.id && stamp.publisher < flows_.size() &&
                       stamp.publisher % options().subscribers == session &&
                       stamp.sequence < flows_[stamp.publisher].sent &&
                       message.payload.size() == options().payload;
  if (!is_ours) {
    run_.add_error("a message came that this run did not send");
    return false;
  }
  const Arrival arrival = flows_[stamp.publisher].check.add(stamp.sequence);
  if (arrival == Arrival::Duplicate) {
    ++delivery_.duplicated;
    return false;
  }
  if (arrival == Arrival::Reordered) ++delivery_.reordered;
  ++received_;
  return true;
}

Durable::Mark Durable::mark() const {
  return {now_ns(), acknowledged_, sent_, sample_broker(options().broker_pid), own_cpu_seconds()};
}

void Durable::begin_phase(Cost& cost) {
  cost.from = mark();
  cost.rss_bytes_max = cost.from.broker.resident_bytes;
  memory_watched_ = &cost.rss_bytes_max;
}

void Durable::end_phase(Cost& cost) {
  cost.to = mark();
  cost.rss_bytes_max = std::max(cost.rss_bytes_max, cost.to.broker.resident_bytes);
  memory_watched_ = nullptr;
}

void Durable::watch_memory(std::uint64_t now) {
  if (memory_watched_ == nullptr || now - memory_watched_at_ < kMemoryWatchNs) return;
  memory_watched_at_ = now;
  *memory_watched_ = std::max(*memory_watched_, sample_broker(options().broker_pid).resident_bytes);
}

template <class Begin>
bool Durable::visit_sessions(Begin begin) {
  std::size_t begun = 0;
  std::size_t done = 0;
  const auto advance = [&] {
    for (auto* session : left_) {
      if (!session->come_back()) ++done;
    }
    left_.clear();
    while (begun < sessions_.size() && begun - done < options().parallel) {
      if (!begin(*sessions_[begun++])) return true;
    }
    watch_memory(now_ns());
    return done == sessions_.size();
  };
  return turn_until(run_, advance, [&] { return done + received_; });
}

bool Durable::create_sessions() {
  begin_phase(creation_);
  const bool created = visit_sessions([](DurableSession& session) { return session.create(); });
  end_phase(creation_);
  if (!created) run_.add_error("the broker does not take the Sessions");
  return created && run_.errors == 0;
}

/// Sends until `end_ns` or until all messages are acknowledged; false after 5 s without one.
bool Durable::keep_loading(std::uint64_t end_ns) {
  std::uint64_t last = acknowledged_;
  std::uint64_t last_at = now_ns();
  const std::uint64_t all = options().messages == 0 ? kNever : options().messages;
  for (std::uint64_t now = now_ns(); now < end_ns && acknowledged_ < all; now = now_ns()) {
    if (options().rate > 0) {
      schedule_.run(now, [this](std::uint64_t number, std::uint64_t due) {
        publishers_[number % publishers_.size()]->add_due(due);
      });
    } else {
      for (const auto& publisher : publishers_) publisher->send_what_is_allowed();
    }
    const auto wait = std::min<std::uint64_t>(end_ns - now, kMemoryWatchNs);
    const auto limit = std::chrono::nanoseconds(wait);
    run_.loop.turn(options().rate > 0 ? schedule_.wait(now, limit) : limit);
    run_.clock_is_stale = true;
    watch_memory(now);
    if (acknowledged_ != last) last_at = now;
    last = acknowledged_;
    const bool expects_some = sent_ != acknowledged_;
    if (run_.is_broken || (expects_some && now - last_at > kSilenceNs)) return false;
  }
  return true;
}

bool Durable::load() {
  if (!connect_all(run_, pointers(publishers_))) return false;
  sending_ = true;
  if (options().rate > 0) schedule_ = Schedule(options().rate, now_ns());
  bool alive = options().messages != 0 || keep_loading(after(options().warmup));
  measuring_ = true;
  begin_phase(loading_);
  alive = alive && keep_loading(options().messages != 0 ? kNever : after(options().duration));
  end_phase(loading_);
  sending_ = measuring_ = false;
  alive = alive &&
          turn_until(
              run_, [this] { return acknowledged_ == sent_; }, [this] { return acknowledged_; });
  if (!alive) run_.add_error("nothing was acknowledged for 5 s although messages are outstanding");
  return alive && run_.errors == 0;
}

void Durable::expect_what_was_loaded() {
  if (options().phase != Phase::Drain) return;
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    flows_[i].sent = share_of_flow(i);
    sent_ += flows_[i].sent;
  }
}

void Durable::drain() {
  expect_what_was_loaded();
  std::vector<std::uint64_t> expected(sessions_.size());
  for (std::size_t i = 0; i < flows_.size(); ++i) expected[i % expected.size()] += flows_[i].sent;
  begin_phase(draining_);
  const bool drained = visit_sessions(
      [&](DurableSession& session) { return session.drain(expected[session.number()]); });
  end_phase(draining_);
  if (!drained) run_.add_error("nothing arrived for 5 s although messages are outstanding");
  delivery_.lost = sent_ - received_;
}

int Durable::execute() {
  if (options().phase != Phase::Drain) {
    if (!create_sessions() || !load()) return report();
  }
  if (options().phase != Phase::Load) drain();
  return report();
}

void Durable::report_load(JsonObject& json) {
  const std::uint64_t messages = loading_.to.acknowledged - loading_.from.acknowledged;
  json.add("messages", messages);
  json.add("published", loading_.to.sent - loading_.from.sent);
  json.add("published_in_all", sent_);
  json.add("seconds", loading_.seconds());
  json.add("rate", static_cast<double>(messages) / loading_.seconds());
  add_latency(json, latency_);
  add_cpu(json, options(), "", "messages", loading_.from.broker, loading_.to.broker, messages);
  add_memory(json, options(), nullptr, creation_.to.broker, loading_.to.broker, 0);
  if (options().broker_pid != 0) json.add("broker_rss_bytes_load_max", loading_.rss_bytes_max);
  json.add("generator_cpu_seconds", loading_.to.own_cpu_seconds - loading_.from.own_cpu_seconds);
  json.add("session_rate", options().subscribers / creation_.seconds());
  add_cpu(json, options(), "session_", "sessions", creation_.from.broker, creation_.to.broker,
          options().subscribers);
}

void Durable::report_drain(JsonObject& json) {
  json.add("drained", received_);
  json.add("drain_seconds", draining_.seconds());
  json.add("drain_rate", static_cast<double>(received_) / draining_.seconds());
  add_cpu(json, options(), "drain_", "drained", draining_.from.broker, draining_.to.broker,
          received_);
  if (options().broker_pid != 0) json.add("broker_rss_bytes_drain_max", draining_.rss_bytes_max);
  json.add("drain_generator_cpu_seconds",
           draining_.to.own_cpu_seconds - draining_.from.own_cpu_seconds);
}

int Durable::report() {
  JsonObject json = begin_report(options());
  json.add("run", run_.id);
  json.add("messages_wanted", options().messages);
  json.add("reconnects", options().reconnects);
  if (loading_.to.time_ns != 0) report_load(json);
  if (draining_.to.time_ns != 0) {
    report_drain(json);
    add_delivery(json, delivery_);
  }
  std::array<char, 192> summary{};
  std::snprintf(summary.data(), summary.size(),
                "durable QoS %d: %llu acknowledged, p50 %.0f us, p99 %.0f us; %llu drained, lost "
                "%llu, reordered %llu",
                static_cast<int>(options().qos), static_cast<unsigned long long>(acknowledged_),
                static_cast<double>(latency_.quantile(0.5)) / 1000,
                static_cast<double>(latency_.quantile(0.99)) / 1000,
                static_cast<unsigned long long>(received_),
                static_cast<unsigned long long>(delivery_.lost),
                static_cast<unsigned long long>(delivery_.reordered));
  return finish_report(json, run_, delivery_, summary.data());
}

int run_durable(Run& run) {
  return Durable(run).execute();
}

}  // namespace sluice::tools::bench
