#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/bench/durable_clients.h"
#include "tools/bench/histogram.h"
#include "tools/bench/report.h"
#include "tools/bench/schedule.h"

namespace sluice::tools::bench {

/// The messages from one publisher to one Session, whose order has to be kept.
struct Flow {
  std::uint64_t sent = 0;
  SequenceCheck check;
};

/// One run of `durable`: Sessions are made and left, publishers fill them while they are away, then
/// the Sessions come back for their messages.
///
/// Flow f leads from publisher f mod P to Session f mod S, with as many flows as the larger of P
/// and S. With a given number of messages, each flow's share of it follows from f alone: so another
/// process can drain what this one has loaded.
class Durable {
 public:
  explicit Durable(Run& run);
  int execute();

  // For the clients of the run.
  Run& run() { return run_; }
  const Options& options() const { return run_.options; }
  std::size_t flow_count() const { return flows_.size(); }
  Flow& flow(std::size_t number) { return flows_[number]; }
  std::string topic_of_flow(std::size_t number) const;
  /// Messages that flow `number` is to carry in all; endless if only the duration is given.
  std::uint64_t share_of_flow(std::size_t number) const;
  bool is_sending() const { return sending_; }
  void on_sent() { ++sent_; }
  void on_acknowledged(std::uint64_t sent_at_ns);
  /// A Session has got one of its messages; false if that is not for the first time.
  bool on_received(std::uint32_t session, const Received& message);
  void on_left(DurableSession& session) { left_.push_back(&session); }

 private:
  /// The counters at one moment.
  struct Mark {
    std::uint64_t time_ns = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t sent = 0;
    BrokerSample broker;
    double own_cpu_seconds = 0;
  };
  /// What one phase took.
  struct Cost {
    Mark from;
    Mark to;
    std::uint64_t rss_bytes_max = 0;  // of the broker
    double seconds() const { return static_cast<double>(to.time_ns - from.time_ns) / 1e9; }
  };

  bool create_sessions();
  bool load();
  bool keep_loading(std::uint64_t end_ns);
  void drain();
  /// Has each Session `begin` and waits until all have left, `parallel` at a time.
  template <class Begin>
  bool visit_sessions(Begin begin);
  void expect_what_was_loaded();
  void begin_phase(Cost& cost);
  void end_phase(Cost& cost);
  /// Samples the broker's memory, a few times per second.
  void watch_memory(std::uint64_t now);
  Mark mark() const;
  int report();
  void report_load(JsonObject& json);
  void report_drain(JsonObject& json);

  Run& run_;
  std::vector<Flow> flows_;
  std::vector<std::unique_ptr<DurableSession>> sessions_;
  std::vector<std::unique_ptr<DurablePublisher>> publishers_;
  std::vector<DurableSession*> left_;  // since the last turn
  Schedule schedule_;                  // open loop only
  Histogram latency_;
  Delivery delivery_;
  Cost creation_;
  Cost loading_;
  Cost draining_;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t received_ = 0;               // each message once
  std::uint64_t* memory_watched_ = nullptr;  // maximum of the phase under way
  std::uint64_t memory_watched_at_ = 0;
  bool sending_ = false;
  bool measuring_ = false;
};

}  // namespace sluice::tools::bench
