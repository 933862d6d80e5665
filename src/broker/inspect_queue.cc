// What waits for a Client, as an operator looks at it and drops it.

#include <algorithm>

#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/message_facts.h"
#include "broker/queue_purge.h"
#include "broker/session.h"
#include "broker/session_facts.h"

namespace sluice::broker {

namespace {

/// At most `max` of those in memory, those in flight first.
std::vector<QueuedMessage> peek(const Core& core, MessageFlow& flow, std::size_t max,
                                std::size_t payload_max) {
  std::vector<QueuedMessage> first;
  flow.window.for_each([&](const InFlightWindow::Entry& entry, std::uint16_t packet_id) {
    const bool awaits_release = entry.stage == InFlightWindow::Stage::Pubrel;
    const bool is_on_disk = !entry.delivery.message && !awaits_release;
    if (first.size() == max || is_on_disk) return;
    first.push_back({facts_of(core, entry.delivery, payload_max), packet_id, awaits_release});
  });
  const auto add = [&](const Delivery& delivery) {
    if (first.size() == max) return false;
    if (!delivery.message) return true;
    first.push_back({facts_of(core, delivery, payload_max), 0, false});
    return true;
  };
  if (flow.queue.for_each_replayed(add)) flow.queue.for_each_while(add);
  return first;
}

}  // namespace

void Inspector::find_queue(ByteView client_id, const QueuePeek::Wish& wish,
                           std::function<void(std::optional<QueueFacts>)> done) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return done(std::nullopt);
  const Waiting waiting = waiting_of(*session);
  QueueFacts facts;
  facts.messages = waiting.messages;
  facts.bytes = waiting.bytes;
  facts.in_flight = waiting.in_flight;
  facts.on_disk = waiting.on_disk;
  if (session->stored() != nullptr) facts.oldest_at = session->stored()->oldest_at();
  if (session->flow() != nullptr) {
    facts.first = peek(core_, *session->flow(), wish.first, wish.payload_max);
  }
  if (session->stored() == nullptr) return done(std::move(facts));
  go_on(QueuePeek(*session->stored(), wish, std::move(facts), std::move(done)));
}

void Inspector::go_on(QueuePeek peek) {
  const auto page = peek.next_page(core_);
  if (!page) return peek.finish();
  if (core_.journal.is_committed(*page)) {
    peeks_.push_back(std::move(peek));
    return core_.store.read_page(*page);
  }
  const auto waiting = std::make_shared<QueuePeek>(std::move(peek));
  when_durable([this, waiting] { go_on(std::move(*waiting)); });
}

void Inspector::on_page(storage::PageId id, const std::optional<std::string>& bytes) {
  const auto others = std::partition(peeks_.begin(), peeks_.end(),
                                     [id](const QueuePeek& peek) { return peek.page() != id; });
  std::vector<QueuePeek> waiting(std::make_move_iterator(others),
                                 std::make_move_iterator(peeks_.end()));
  peeks_.erase(others, peeks_.end());
  for (QueuePeek& peek : waiting) {
    peek.take(core_, bytes);
    go_on(std::move(peek));
  }
}

void Inspector::purge_queue(ByteView client_id,
                            std::function<void(std::optional<std::uint64_t>)> done) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return done(std::nullopt);
  core_.scans.begin(std::make_unique<QueuePurge>(
      core_, *session, [this, done = std::move(done)](std::uint64_t dropped) {
        if (dropped == 0) return done(0);
        when_durable([done, dropped] { done(dropped); });
      }));
}

}  // namespace sluice::broker
