#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace sluice::broker {

class ServerConnection;

/// How long single Clients took to acknowledge within the last minute, of the deliveries that
/// DeliveryProbes timed.
///
/// Limit      kClientsMax; one that takes longer than the fastest of them takes its place, so that
///            the slowest stay.
/// Lives on   one shard; a Client is forgotten when its connection ends.
class AcknowledgeTimes {
 public:
  void add(const ServerConnection& client, milliseconds took, Instant now);
  void forget(const ServerConnection& client) { clients_.erase(&client); }

  /// Calls visit(const ServerConnection&, average, maximum), in milliseconds, for each of them. The
  /// average moves: each sample counts an eighth. The maximum is that of 50 to 60 seconds.
  template <class Visit>
  void for_each(Instant now, Visit&& visit) const {
    for (const auto& [client, times] : clients_) {
      if (!times.is_outdated(now)) visit(*client, times.average(), times.maximum(now));
    }
  }

  static constexpr std::size_t kClientsMax = 256;

 private:
  class Times {
   public:
    void add(milliseconds took, Instant now);
    double average() const { return average_; }
    double maximum(Instant now) const;
    bool is_outdated(Instant now) const { return now - last_ > kMemory; }

   private:
    static constexpr seconds kMemory{60};
    static constexpr seconds kPeriod{10};
    static constexpr std::size_t kPeriods = kMemory / kPeriod;
    static std::uint64_t period_of(Instant now) {
      return static_cast<std::uint64_t>(now.time_since_epoch() / kPeriod);
    }

    double average_ = -1;  // below 0: there is none yet
    Instant last_{};
    std::array<std::uint32_t, kPeriods> maxima_{};  // milliseconds, by period
  };

  bool make_room(double took, Instant now);

  boost::unordered_flat_map<const ServerConnection*, Times> clients_;
  double fastest_ = 0;  // as it was at the last search; only where there is no room
  Instant searched_at_{};
};

}  // namespace sluice::broker
