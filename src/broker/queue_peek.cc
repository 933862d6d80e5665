#include "broker/queue_peek.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/message_facts.h"
#include "broker/session.h"
#include "broker/stored_delivery.h"

namespace sluice::broker {
namespace {

constexpr unsigned kPagesMax = 16;  // a Session may have a message on each of a million pages

/// Passes on the deliveries of one Session that a page has.
template <class Visit>
class DeliveriesOf final : public PageReader {
 public:
  DeliveriesOf(SessionNumber session, Visit visit) : session_(session), visit_(std::move(visit)) {}
  void on_message(const StoredMessage& message) override { message_ = message; }
  void on_delivery(const StoredDelivery& delivery) override {
    if (delivery.session == session_) visit_(delivery, message_);
  }

 private:
  SessionNumber session_;
  Visit visit_;
  StoredMessage message_;
};

/// Whether it is not over. Below `loaded_end` the window knows; an entry with its message is shown
/// already.
bool is_open_on_disk(StoredSession& stored, std::uint64_t sequence) {
  if (sequence >= stored.loaded_end()) return !contains(stored.completed_on_disk, sequence);
  MessageFlow* const flow = stored.session().flow();
  if (flow == nullptr) return false;
  const auto* const entry = flow->window.find(InFlightWindow::id_of(sequence));
  return entry != nullptr && !entry->delivery.message &&
         entry->stage != InFlightWindow::Stage::Pubrel;
}

}  // namespace

QueuePeek::QueuePeek(const StoredSession& stored, const Wish& wish, QueueFacts facts, Done done)
    : session_(stored.number()),
      wish_(wish),
      facts_(std::move(facts)),
      done_(std::move(done)),
      next_(stored.first_open()),
      pages_left_(kPagesMax) {}

std::optional<storage::PageId> QueuePeek::next_page(Core& core) {
  StoredSession* const stored = core.sessions.find_stored(session_);
  if (stored == nullptr || pages_left_ == 0 || facts_.first.size() >= wish_.first) {
    return std::nullopt;
  }
  while (next_ < stored->next_sequence() && !is_open_on_disk(*stored, next_)) ++next_;
  const StoredSession::Run* const run =
      next_ < stored->next_sequence() ? stored->find_run(next_) : nullptr;
  if (run == nullptr) return std::nullopt;
  page_ = run->page->id;
  page_end_ = stored->end_of(*run);
  return page_;
}

void QueuePeek::take(Core& core, const std::optional<std::string>& bytes) {
  --pages_left_;
  StoredSession* const stored = core.sessions.find_stored(session_);
  if (stored == nullptr) return;
  const auto show = [&](const StoredDelivery& from, const StoredMessage& message) {
    const bool is_next = from.sequence >= next_ && from.sequence < page_end_;
    if (!is_next || facts_.first.size() >= wish_.first ||
        !is_open_on_disk(*stored, from.sequence)) {
      return;
    }
    const Delivery delivery = to_delivery(from, to_message(core, message));
    const bool was_sent = from.sequence < stored->loaded_end();
    QueuedMessage queued;
    queued.message = facts_of(core, delivery, wish_.payload_max);
    queued.message.created_at = written_at(*bytes).value_or(0);
    if (was_sent) queued.packet_id = InFlightWindow::id_of(from.sequence);
    facts_.first.push_back(std::move(queued));
  };
  DeliveriesOf reader(session_, show);
  if (bytes) reader.read(*bytes);
  next_ = page_end_;
}

}  // namespace sluice::broker
