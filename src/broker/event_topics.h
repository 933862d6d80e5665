#pragma once

#include <string>
#include <vector>

#include "broker/observation.h"

namespace sluice::broker {

struct Core;

/// Publishes what happens to Clients to $events/client/{kind}/{Client Identifier}, as JSON.
///
/// An event may happen within the delivery of another message, so they wait for the end of the
/// turn. Limit   kEventsMax a turn; what is beyond is left out.
class EventTopics {
 public:
  explicit EventTopics(Core& core);

  bool is_on() const { return is_on_; }
  void add(const Event& event);
  bool has_waiting() const { return !waiting_.empty(); }
  void publish_waiting();

 private:
  struct Waiting {
    std::string topic;
    std::string payload;
  };

  Core& core_;
  const bool is_on_;
  std::vector<Waiting> waiting_;
};

}  // namespace sluice::broker
