#include <array>
#include <cstdio>

#include "mqtt/codec/encoder.h"
#include "tools/bench/publish_packet.h"
#include "tools/bench/ramp.h"
#include "tools/bench/report.h"
#include "tools/bench/scenarios.h"

namespace sluice::tools::bench {
namespace {

constexpr double kReplaySecondsMin = 1;

std::string topic_of(std::uint32_t number) {
  return "bench/retained/" + std::to_string(number / 100) + "/" + std::to_string(number % 100);
}

/// Stores retained messages 0, 1, 2, …, one topic each, `window` unacknowledged at a time.
class Storer final : public BenchClient {
 public:
  explicit Storer(Run& run) : BenchClient(run, make_client_id(run, "store", 0)) {}

  /// Begins to store, or with `clears` to delete, all of them; sent in the turns that follow.
  void begin(bool clears) {
    clears_ = clears;
    next_ = acknowledged_ = 0;
    pinged_ = done_ = false;
    send_more();
  }
  bool is_done() const { return done_; }
  std::uint64_t progress() const { return std::uint64_t{next_} + acknowledged_; }

  void send_more() {
    const std::uint32_t all = run().options.retained;
    while (next_ < all && has_room()) append(next_++);
    send_soon();
    if (next_ < all || done_) return;
    if (run().options.qos != mqtt::Qos::AtMostOnce) {
      done_ = acknowledged_ == all;
    } else if (!pinged_) {
      pinged_ = true;  // at QoS 0 the answer to a PINGREQ tells that all before it was read
      ping();
    }
  }

 private:
  bool has_room() {
    constexpr std::size_t kUnsentBytesMax = 256 * 1024;
    if (run().options.qos == mqtt::Qos::AtMostOnce) return output().size() < kUnsentBytesMax;
    const auto window = std::min<std::uint32_t>(run().options.window, receive_maximum());
    return next_ - acknowledged_ < window;
  }

  void append(std::uint32_t number) {
    const Options& options = run().options;
    mqtt::PublishPacket packet;
    packet.qos = options.qos;
    packet.retain = true;
    if (packet.qos != mqtt::Qos::AtMostOnce) {
      packet.packet_id = static_cast<std::uint16_t>(number % 65'535 + 1);
    }
    const std::string topic = topic_of(number);
    payload_.assign(clears_ ? 0 : options.payload, '.');
    if (!clears_) write_stamp(payload_.data(), {0, run().id, number, now_ns()});
    packet.topic = topic;
    packet.payload = payload_;
    mqtt::encode(output(), packet, options.version);
  }

  void on_acknowledged() override {
    ++acknowledged_;
    send_more();
  }
  void on_ping_answered() override { done_ = true; }

  std::string payload_;
  std::uint32_t next_ = 0;
  std::uint32_t acknowledged_ = 0;
  bool clears_ = false;
  bool pinged_ = false;
  bool done_ = false;
};

/// Subscribes to all of them when told and checks that each comes once.
class Replayer final : public BenchClient {
 public:
  Replayer(Run& run, std::size_t number, Delivery& delivery)
      : BenchClient(run, make_client_id(run, "replay", number)),
        delivery_(delivery),
        seen_(run.options.retained) {}

  void begin() {
    const std::string filter = "bench/retained/#";
    subscribe({&filter, 1});
  }
  std::uint32_t received() const { return received_; }

 private:
  void on_subscribed() override {}

  void on_message(const Received& message) override {
    const bool has_stamp = message.payload.size() >= kStampBytes;
    const Stamp stamp = has_stamp ? read_stamp(message.payload) : Stamp{};
    if (!has_stamp || stamp.run != run().id || stamp.sequence >= seen_.size()) {
      return run().add_error("a retained message came that this run did not store");
    }
    if (seen_[stamp.sequence]) {
      ++delivery_.duplicated;
    } else {
      seen_[stamp.sequence] = true;
      ++received_;
    }
  }

  Delivery& delivery_;
  std::vector<bool> seen_;
  std::uint32_t received_ = 0;
};

/// What one phase did and took.
struct Cost {
  std::uint64_t messages = 0;
  double seconds = 0;
  BrokerSample cpu;  // only cpu_seconds, summed
};

class RetainedScenario {
 public:
  explicit RetainedScenario(Run& run) : run_(run), options_(run.options), storer_(run) {}

  int execute() {
    JsonObject json = begin_report(options_);
    if (!connect_all(run_, {&storer_})) return finish_report(json, run_, {}, "");
    const BrokerSample before = sample_broker(options_.broker_pid);
    if (!store(false, store_)) run_.add_error("the broker does not take the retained messages");
    idle(run_, 0.5);
    const BrokerSample after = sample_broker(options_.broker_pid);
    std::size_t number = 0;
    do {
      if (run_.errors == 0) replay(number++);
    } while (replay_.seconds < std::max(options_.duration, kReplaySecondsMin) && run_.errors == 0 &&
             delivery_.lost == 0);
    Cost cleared;
    if (!options_.keep_retained && run_.errors == 0) store(true, cleared);
    return report(json, before, after);
  }

 private:
  template <class Work>
  void measure(Cost& phase, Work work) {
    const BrokerSample before = sample_broker(options_.broker_pid);
    const std::uint64_t start = now_ns();
    work();
    phase.seconds += static_cast<double>(now_ns() - start) / 1e9;
    phase.cpu.cpu_seconds += sample_broker(options_.broker_pid).cpu_seconds - before.cpu_seconds;
  }

  bool store(bool clears, Cost& phase) {
    bool stored = false;
    measure(phase, [&] {
      storer_.begin(clears);
      stored = turn_until(
          run_,
          [&] {
            storer_.send_more();
            run_.loop.flush();
            return storer_.is_done();
          },
          [&] { return storer_.progress(); });
    });
    phase.messages = options_.retained;
    return stored;
  }

  void replay(std::size_t number) {
    Replayer replayer(run_, number, delivery_);
    if (!connect_all(run_, {&replayer})) return;
    measure(replay_, [&] {
      replayer.begin();
      turn_until(
          run_, [&] { return replayer.received() == options_.retained; },
          [&] { return replayer.received(); });
    });
    idle(run_, 0.05);  // a duplicate would follow, and the acknowledgements get through
    replay_.messages += replayer.received();
    delivery_.lost += options_.retained - replayer.received();
  }

  int report(JsonObject& json, const BrokerSample& before, const BrokerSample& after) {
    json.add("messages", replay_.messages);
    json.add("published", store_.messages);
    json.add("seconds", store_.seconds + replay_.seconds);
    const double store_rate = static_cast<double>(store_.messages) / store_.seconds;
    const double replay_rate = static_cast<double>(replay_.messages) / replay_.seconds;
    json.add("store_rate", store_rate);
    json.add("rate", replay_rate);
    add_delivery(json, delivery_);
    add_cpu(json, options_, "store_", "stored", {}, store_.cpu, store_.messages);
    add_cpu(json, options_, "replay_", "replayed", {}, replay_.cpu, replay_.messages);
    add_memory(json, options_, "bytes_per_retained", before, after, options_.retained);
    std::array<char, 128> summary{};
    std::snprintf(summary.data(), summary.size(), "retained: store %.0f/s, replay %.0f/s",
                  store_rate, replay_rate);
    return finish_report(json, run_, delivery_, summary.data());
  }

  Run& run_;
  const Options& options_;
  Storer storer_;
  Cost store_;
  Cost replay_;
  Delivery delivery_;
};

}  // namespace

int run_retained(Run& run) {
  return RetainedScenario(run).execute();
}

}  // namespace sluice::tools::bench
