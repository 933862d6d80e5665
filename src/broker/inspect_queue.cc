// What waits for a Client, as an operator looks at it and drops it.

#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/message_facts.h"
#include "broker/session.h"
#include "broker/session_facts.h"

namespace sluice::broker {

namespace {

MessageFacts facts_of_delivery(const Core& core, const Delivery& delivery,
                               std::size_t payload_max) {
  MessageFacts facts;
  if (delivery.message) facts = facts_of(core, *delivery.message, payload_max);
  facts.qos = delivery.qos;
  facts.retain = delivery.retain;
  return facts;
}

/// At most `max` of them, those in flight first.
std::vector<QueuedMessage> peek(const Core& core, MessageFlow& flow, std::size_t max,
                                std::size_t payload_max) {
  std::vector<QueuedMessage> first;
  flow.window.for_each([&](const InFlightWindow::Entry& entry, std::uint16_t packet_id) {
    if (first.size() == max) return;
    first.push_back({facts_of_delivery(core, entry.delivery, payload_max), packet_id,
                     entry.stage == InFlightWindow::Stage::Pubrel});
  });
  const auto add = [&](const Delivery& delivery) {
    if (first.size() == max) return false;
    first.push_back({facts_of_delivery(core, delivery, payload_max), 0, false});
    return true;
  };
  if (flow.queue.for_each_replayed(add)) flow.queue.for_each_while(add);
  return first;
}

/// Drops what waits in memory and was not sent on an earlier connection.
std::uint64_t purge_memory(Core& core, Session& session) {
  MessageFlow* const flow = session.flow();
  if (flow == nullptr) return 0;
  StoredSession* const stored = session.stored();
  std::uint64_t dropped = flow->queue.drop_replays();
  flow->queue.filter([&](const Delivery& delivery) {
    const bool is_stored = stored != nullptr && delivery.qos != mqtt::Qos::AtMostOnce;
    if (is_stored && delivery.sequence < stored->sent_end) return true;
    if (is_stored) stored->complete(core, delivery.sequence);
    ++dropped;
    return false;
  });
  flow->queue.shrink_if_empty();
  return dropped;
}

}  // namespace

std::optional<QueueFacts> Inspector::find_queue(ByteView client_id, std::size_t first,
                                                std::size_t payload_max) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return std::nullopt;
  const Waiting waiting = waiting_of(*session);
  QueueFacts facts;
  facts.messages = waiting.messages;
  facts.bytes = waiting.bytes;
  facts.in_flight = waiting.in_flight;
  facts.on_disk = waiting.on_disk;
  if (session->stored() != nullptr) facts.oldest_at = session->stored()->oldest_at();
  if (session->flow() != nullptr) facts.first = peek(core_, *session->flow(), first, payload_max);
  return facts;
}

void Inspector::purge_queue(ByteView client_id,
                            std::function<void(std::optional<std::uint64_t>)> done) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return done(std::nullopt);
  std::uint64_t dropped = purge_memory(core_, *session);
  if (session->stored() != nullptr) dropped += session->stored()->drop_unsent_on_disk(core_);
  if (dropped == 0) return done(0);
  core_.observer.drop(*session, DropReason::Purged, dropped);
  when_durable([done = std::move(done), dropped] { done(dropped); });
}

}  // namespace sluice::broker
