#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/time.h"
#include "broker/inspection.h"
#include "broker/router.h"
#include "broker/session.h"
#include "config/settings.h"

namespace sluice::broker {

struct Core;

// What an operator is told of a Session, from where it lies.

/// Of its connection, now or the last one; empty: not known.
std::string address_of(const Session& session);
config::ClientType type_of(const Core& core, const Session& session);
/// A UUID of version 8, made of who it is and when it connected: nothing of it is kept.
std::string uuid_of(ByteView client_id, WallTime connected_at);

/// The messages that wait for a Client or that it has not finished.
struct WaitingCounts {
  std::uint64_t messages = 0;
  std::uint64_t in_flight = 0;  // of messages
  std::uint64_t on_disk = 0;    // of messages: not in memory
};
WaitingCounts count_waiting(const Session& session);

struct Waiting : WaitingCounts {
  std::uint64_t bytes = 0;  // about, where QoS 0 waits beside stored messages
};
Waiting waiting_of(const Session& session);
/// With what its transport has not taken yet.
std::uint64_t waiting_bytes(const Session& session);

/// 0 while it is connected.
WallTime disconnected_at(const Core& core, const Session& session);
SessionSummary summary_of(const Core& core, const Session& session);

/// Calls visit(const SubscriptionFacts&) for each, in no particular order; it is gone afterwards.
template <class Visit>
void for_each_subscription(Session& session, Visit&& visit) {
  SubscriptionFacts facts;  // one for all, for the memory of its texts
  for (const SubscriptionRef& ref : session.subscriptions()) {
    const Subscriber& subscriber = ref.route->subscribers[ref.position];
    facts.filter = Router::filter_of(*ref.route);
    facts.maximum_qos = subscriber.maximum_qos();
    facts.no_local = subscriber.no_local();
    facts.retain_as_published = subscriber.retain_as_published();
    facts.identifier = subscriber.identifier();
    visit(std::as_const(facts));
  }
  if (!session.has_shared()) return;
  for (const SharedSubscription& shared : session.shared()) {
    facts.filter = shared.filter;
    facts.share_name = shared.share_name;
    facts.maximum_qos = shared.options.maximum_qos;
    facts.no_local = shared.options.no_local;
    facts.retain_as_published = shared.options.retain_as_published;
    facts.identifier = shared.options.identifier;
    visit(std::as_const(facts));
  }
}

}  // namespace sluice::broker
