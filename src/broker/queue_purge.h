#pragma once

#include <cstdint>
#include <functional>

#include "broker/outbound_queue.h"
#include "broker/scan.h"

namespace sluice::broker {

struct Core;

/// Drops what waited for a Session when this was made: neither what is in flight, nor what was sent
/// on an earlier connection, nor any later message.
///
/// What is in memory leaves the queue at once, in the time that a look at each place of it takes;
/// its deliveries end, and the memory is given back, in slices. Until then nothing of the Session
/// is read from disk, since a Client that came back would be sent what is to be dropped. Of a
/// Session that ends in between the rest counts as dropped with it.
class QueuePurge final : public Scan {
 public:
  using Done = std::function<void(std::uint64_t dropped)>;

  /// done  called in the last slice; what was recorded may not be durable yet
  QueuePurge(Core& core, Session& session, Done done);

  bool advance() override;
  void forget(const Session& session) override {
    if (session_ == &session) session_ = nullptr;
  }

 private:
  void drop_on_disk(std::size_t max);
  void finish();

  Core& core_;
  Session* session_;     // null: it has ended
  OutboundQueue taken_;  // what was in memory: only to be freed
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;  // deliveries from `next_` on and below it are to be dropped
  std::uint64_t dropped_ = 0;
  Done done_;
};

}  // namespace sluice::broker
