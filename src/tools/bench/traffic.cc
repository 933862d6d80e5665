#include "tools/bench/traffic.h"

#include <algorithm>
#include <cstdio>

#include "tools/bench/ramp.h"
#include "tools/bench/scenarios.h"

namespace sluice::tools::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSecondNs = 1'000'000'000;

struct Topics {
  std::string base;
  bool numbered;  // each publisher has a topic of its own
};

Topics topics_of(Scenario scenario) {
  if (scenario == Scenario::Fanout) return {"bench/fanout", false};
  return {std::string("bench/") + to_string(scenario), true};
}

std::string filter_of(Scenario scenario, const std::string& base, std::uint32_t number) {
  switch (scenario) {
    case Scenario::P2p:
      return base + "/" + std::to_string(number);
    case Scenario::Fanin:
      return base + "/#";
    case Scenario::Shared:
      return "$share/bench/" + base + "/#";
    default:
      return base;
  }
}

std::uint64_t nanoseconds(double seconds) {
  return static_cast<std::uint64_t>(seconds * 1e9);
}

}  // namespace

Traffic::Traffic(Run& run)
    : run_(run),
      options_(run.options),
      is_pairwise_(options_.scenario == Scenario::P2p),
      is_shared_(options_.scenario == Scenario::Shared),
      receivers_(is_pairwise_ || is_shared_ ? 1 : options_.subscribers) {}

void Traffic::make_clients() {
  const auto [base, numbered] = topics_of(options_.scenario);
  for (std::uint32_t i = 0; i < options_.subscribers; ++i) {
    auto filter = filter_of(options_.scenario, base, i);
    subscribers_.push_back(std::make_unique<TrafficSubscriber>(*this, i, std::move(filter)));
  }
  for (std::uint32_t i = 0; i < options_.publishers; ++i) {
    const std::string topic = numbered ? base + "/" + std::to_string(i) : base;
    publishers_.push_back(std::make_unique<TrafficPublisher>(*this, i, topic));
  }
  const std::size_t matrix = std::size_t{options_.subscribers} * options_.publishers;
  checks_ = std::vector<SequenceCheck>(is_pairwise_ || is_shared_ ? options_.publishers : matrix);
  if (is_shared_) member_next_.resize(matrix);
}

bool Traffic::connect() {
  return connect_all(run_, pointers(subscribers_)) && connect_all(run_, pointers(publishers_));
}

SequenceCheck& Traffic::check_of(std::uint32_t subscriber, std::uint32_t publisher) {
  if (is_pairwise_ || is_shared_) return checks_[publisher];
  return checks_[std::size_t{subscriber} * options_.publishers + publisher];
}

/// Members of a shared subscription take turns, so order is a matter of each member alone and only
/// doubles are looked for over all of them.
Arrival Traffic::classify(std::uint32_t subscriber, const Stamp& stamp) {
  const Arrival arrival = check_of(subscriber, stamp.publisher).add(stamp.sequence);
  if (!is_shared_ || arrival == Arrival::Duplicate) return arrival;
  auto& next = member_next_[std::size_t{subscriber} * options_.publishers + stamp.publisher];
  const bool is_late = stamp.sequence < next;
  next = std::max(next, stamp.sequence + 1);
  return is_late ? Arrival::Reordered : Arrival::InOrder;
}

void Traffic::on_received(std::uint32_t subscriber, const Received& message) {
  const std::uint64_t now = run_.batch_time();
  const bool has_stamp = message.payload.size() >= kStampBytes;
  const Stamp stamp = has_stamp ? read_stamp(message.payload) : Stamp{};
  const bool is_ours = has_stamp && stamp.run == run_.id && stamp.publisher < publishers_.size() &&
                       stamp.sequence < publishers_[stamp.publisher]->sent() &&
                       message.payload.size() == options_.payload &&
                       (!is_pairwise_ || stamp.publisher == subscriber);
  if (!is_ours) return run_.add_error("a message came that this run did not send");

  const Arrival arrival = classify(subscriber, stamp);
  if (arrival == Arrival::Duplicate) {
    ++delivery_.duplicated;
    return;
  }
  if (arrival == Arrival::Reordered) ++delivery_.reordered;
  ++received_;
  if (measuring_) latency_.add(now > stamp.time_ns ? now - stamp.time_ns : 0);
  publishers_[stamp.publisher]->on_received(stamp.sequence);
}

std::chrono::nanoseconds Traffic::longest_wait(std::uint64_t now) const {
  if (!sending_ || options_.rate == 0) return 100ms;
  return schedule_.wait(now, 100ms);
}

bool Traffic::keep_going(std::uint64_t end_ns, const char* phase) {
  std::uint64_t last_received = received_;
  std::uint64_t last_progress = now_ns();
  for (std::uint64_t now = now_ns(); now < end_ns && !(!sending_ && is_complete());) {
    run_.loop.dispatch(std::min(longest_wait(now), std::chrono::nanoseconds(end_ns - now)));
    run_.clock_is_stale = true;
    now = now_ns();
    if (sending_ && options_.rate > 0) {
      schedule_.run(now, [this](std::uint64_t number, std::uint64_t due) {
        publishers_[number % publishers_.size()]->add_due(due);
      });
    }
    for (std::size_t i = 0; i < with_credit_.size(); ++i) with_credit_[i]->send_what_is_allowed();
    with_credit_.clear();
    run_.loop.flush();

    if (received_ != last_received) last_progress = now;
    last_received = received_;
    const bool is_quiet = now - last_progress > kSilenceNs;
    const bool expects_nothing = sending_ && options_.rate > 0 && is_complete();
    if (run_.is_broken || (is_quiet && !expects_nothing)) return false;
    if (now - shown_at_ > kSecondNs) show(phase, now);
  }
  return true;
}

bool Traffic::is_complete() const {
  return received_ == sent_ * receivers_ &&
         std::all_of(publishers_.begin(), publishers_.end(),
                     [](const auto& publisher) { return publisher->is_settled(); });
}

void Traffic::drain() {
  sending_ = false;
  with_credit_.clear();
  keep_going(now_ns() + 600 * kSecondNs, "draining");
  delivery_.lost = sent_ * receivers_ - received_;
}

Traffic::Mark Traffic::mark() const {
  return {now_ns(), received_, sent_, sample_broker(options_.broker_pid), own_cpu_seconds()};
}

void Traffic::show(const char* phase, std::uint64_t now) {
  const double seconds = static_cast<double>(now - shown_at_) / 1e9;
  const double rate = static_cast<double>(received_ - shown_received_) / seconds;
  std::array<char, 96> line{};
  std::snprintf(line.data(), line.size(), "%s: %.0f messages/s", phase, rate);
  if (shown_at_ != 0) show_progress(line.data());
  shown_at_ = now;
  shown_received_ = received_;
}

int Traffic::execute() {
  make_clients();
  if (!connect()) {
    JsonObject json = begin_report(options_);
    return finish_report(json, run_, delivery_, "");
  }
  sending_ = true;
  if (options_.rate > 0) {
    schedule_ = Schedule(options_.rate, now_ns());
  } else {
    for (const auto& publisher : publishers_) publisher->want_turn();
  }
  bool alive = keep_going(now_ns() + nanoseconds(options_.warmup), "warming up");
  measuring_ = true;
  const Mark from = mark();
  alive = alive && keep_going(now_ns() + nanoseconds(options_.duration), "measuring");
  const Mark to = mark();
  measuring_ = false;
  if (!alive && !run_.is_broken)
    run_.add_error("nothing arrived for 5 s although messages are outstanding");
  drain();
  return report(from, to);
}

int Traffic::report(const Mark& from, const Mark& to) {
  const std::uint64_t messages = to.received - from.received;
  const double seconds = static_cast<double>(to.time_ns - from.time_ns) / 1e9;
  const double rate = static_cast<double>(messages) / seconds;
  JsonObject json = begin_report(options_);
  json.add("messages", messages);
  json.add("published", to.sent - from.sent);
  json.add("seconds", seconds);
  json.add("rate", rate);
  add_delivery(json, delivery_);
  add_latency(json, latency_);
  add_cpu(json, options_, "", "messages", from.broker, to.broker, messages);
  add_memory(json, options_, nullptr, from.broker, to.broker, 0);
  const double own_cpu = to.own_cpu_seconds - from.own_cpu_seconds;
  json.add("generator_cpu_seconds", own_cpu);
  json.add("messages_per_generator_cpu_second", static_cast<double>(messages) / own_cpu);
  std::array<char, 256> summary{};
  std::snprintf(summary.data(), summary.size(),
                "%s QoS %d: %.0f messages/s, p50 %.0f us, p99 %.0f us; lost %llu, duplicated %llu, "
                "reordered %llu",
                to_string(options_.scenario), static_cast<int>(options_.qos), rate,
                static_cast<double>(latency_.quantile(0.5)) / 1000,
                static_cast<double>(latency_.quantile(0.99)) / 1000,
                static_cast<unsigned long long>(delivery_.lost),
                static_cast<unsigned long long>(delivery_.duplicated),
                static_cast<unsigned long long>(delivery_.reordered));
  return finish_report(json, run_, delivery_, summary.data());
}

int run_traffic(Run& run) {
  return Traffic(run).execute();
}

}  // namespace sluice::tools::bench
