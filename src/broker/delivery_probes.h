#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/latency_histogram.h"
#include "base/time.h"
#include "broker/acknowledge_times.h"

namespace sluice::broker {

class ServerConnection;

/// How long Clients take to acknowledge what was sent to them, sampled: at most kProbes deliveries
/// of QoS 1 and 2 are timed at a time. Which ones does not depend on how long they take.
class DeliveryProbes {
 public:
  void on_sent(const ServerConnection& to, std::uint16_t packet_id, Instant now) {
    Probe& probe = place_of(to, packet_id);
    if (probe.to == nullptr || now - probe.sent_at > kGivenUpAfter) probe = {&to, now, packet_id};
  }
  void on_acknowledged(const ServerConnection& by, std::uint16_t packet_id, Instant now,
                       LatencyHistogram& histogram) {
    Probe& probe = place_of(by, packet_id);
    if (probe.to != &by || probe.packet_id != packet_id) return;
    histogram.observe(now - probe.sent_at);
    times_.add(by, now - probe.sent_at, now);
    probe.to = nullptr;
  }
  void forget(const ServerConnection& connection) {
    for (Probe& probe : probes_) {
      if (probe.to == &connection) probe.to = nullptr;
    }
    times_.forget(connection);
  }

  const AcknowledgeTimes& times() const { return times_; }
  /// Calls visit(const ServerConnection&, packet_id, age) for each that has not been acknowledged:
  /// it may be over for another reason.
  template <class Visit>
  void for_each_awaited(Instant now, Visit&& visit) const {
    for (const Probe& probe : probes_) {
      if (probe.to != nullptr) visit(*probe.to, probe.packet_id, now - probe.sent_at);
    }
  }

  static constexpr std::size_t kProbes = 64;

 private:
  static constexpr seconds kGivenUpAfter{60};

  struct Probe {
    const ServerConnection* to = nullptr;  // null: free
    Instant sent_at{};
    std::uint16_t packet_id = 0;
  };
  Probe& place_of(const ServerConnection& connection, std::uint16_t packet_id) {
    const auto key = reinterpret_cast<std::uintptr_t>(&connection) + packet_id;
    return probes_[key * 0x9E3779B97F4A7C15 >> 58];
  }

  std::array<Probe, kProbes> probes_;
  AcknowledgeTimes times_;
};
static_assert(DeliveryProbes::kProbes == 1U << 6, "the top six bits choose");

}  // namespace sluice::broker
