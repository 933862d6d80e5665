#include "broker/backlog.h"

#include <utility>

#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "broker/stored_delivery.h"

namespace sluice::broker {
namespace {

/// Gives the deliveries of a page to those of the waiting Sessions that they are for.
class PageTaker final : public PageReader {
 public:
  PageTaker(Core& core, storage::PageId page, const std::vector<SessionNumber>& waiting)
      : core_(core), page_(page) {
    for (SessionNumber number : waiting) {
      StoredSession* stored = core.sessions.find_stored(number);
      if (stored == nullptr || stored->loading != page) continue;
      const StoredSession::Run* run = stored->find_run(stored->loaded_end());
      const bool is_next = stored->has_backlog() && run != nullptr && run->page->id == page;
      receivers_[number] = {stored, is_next ? stored->end_of(*run) : stored->loaded_end()};
    }
  }

  void on_message(const StoredMessage& stored) override {
    stored_ = stored;
    message_.reset();
  }

  void on_delivery(const StoredDelivery& delivery) override {
    auto found = receivers_.find(delivery.session);
    if (found != receivers_.end()) give(found->second, delivery);
  }

  /// What the page should have had and did not is over, so that nobody waits for it.
  void finish() {
    for (auto& [number, receiver] : receivers_) {
      StoredSession& stored = *receiver.stored;
      stored.loading = 0;
      InFlightWindow& window = stored.session().make_flow().window;
      while (const auto sequence = window.first_unloaded()) {
        const StoredSession::Run* run = stored.find_run(*sequence);
        if (run == nullptr || run->page->id != page_) break;
        window.complete(*window.find(InFlightWindow::id_of(*sequence)));
        lose(stored, *sequence);
      }
      lose_up_to(stored, receiver.end);
    }
  }

  template <class Visit>
  void for_each_session(Visit&& visit) {
    for (auto& [number, receiver] : receivers_) visit(receiver.stored->session());
  }

 private:
  struct Receiver {
    StoredSession* stored;
    std::uint64_t end;  // of the deliveries that are this page's to give to the queue
  };

  void give(Receiver& receiver, const StoredDelivery& from) {
    StoredSession& stored = *receiver.stored;
    MessageFlow& flow = stored.session().make_flow();
    const bool is_queued = from.sequence >= stored.loaded_end();
    if (is_queued &&
        (from.sequence >= receiver.end || contains(stored.completed_on_disk, from.sequence))) {
      return;
    }
    Delivery delivery = to_delivery(from, message());
    if (!is_queued) {
      flow.window.load(from.sequence, std::move(delivery));
      return;
    }
    lose_up_to(stored, from.sequence);
    flow.queue.push(std::move(delivery));
    stored.set_loaded_end(from.sequence + 1);
  }

  /// Deliveries that the page passed over were completed long ago, or are damaged.
  void lose_up_to(StoredSession& stored, std::uint64_t end) {
    for (std::uint64_t missing = stored.loaded_end(); missing < end; ++missing) {
      if (!contains(stored.completed_on_disk, missing)) lose(stored, missing);
    }
    if (end > stored.loaded_end()) stored.set_loaded_end(end);
  }

  void lose(StoredSession& stored, std::uint64_t sequence) {
    core_.observer.drop(stored.session(), DropReason::Damaged, std::uint64_t{1});
    stored.complete(core_, sequence);
  }

  const MessagePtr& message() {
    if (!message_) message_ = to_message(core_, stored_);
    return message_;
  }

  Core& core_;
  storage::PageId page_;
  boost::unordered_flat_map<SessionNumber, Receiver> receivers_;
  StoredMessage stored_;
  MessagePtr message_;  // made of it when the first Session wants it
};

}  // namespace

std::optional<std::uint64_t> Backlog::next_unloaded(Session& session) const {
  const StoredSession& stored = *session.stored();
  MessageFlow& flow = session.make_flow();
  if (auto in_flight = flow.window.first_unloaded()) return in_flight;
  if (!stored.has_backlog()) return std::nullopt;
  if (flow.queue.bytes() >= core_.settings.storage.loaded_bytes_max / 2) return std::nullopt;
  return stored.loaded_end();
}

void Backlog::load_more(Session& session) {
  StoredSession& stored = *session.stored();
  if (stored.loading != 0 || stored.purges != 0 || session.connection() == nullptr) return;
  const auto sequence = next_unloaded(session);
  if (!sequence) return;
  const StoredSession::Run* run = stored.find_run(*sequence);
  SLUICE_ASSERT(run != nullptr);
  stored.loading = run->page->id;
  if (core_.journal.is_committed(stored.loading)) {
    request(stored.number(), stored.loading);
  } else {
    await_commit_.push_back(stored.number());
  }
}

void Backlog::request(SessionNumber session, storage::PageId page) {
  auto& waiting = requested_[page];
  waiting.push_back(session);
  if (waiting.size() == 1) core_.store.read_page(page);
}

void Backlog::on_page(storage::PageId id, const std::optional<std::string>& bytes) {
  auto found = requested_.find(id);
  if (found == requested_.end()) return;
  const std::vector<SessionNumber> waiting = std::move(found->second);
  requested_.erase(found);
  PageTaker taker(core_, id, waiting);
  if (bytes) taker.read(*bytes);
  taker.finish();
  taker.for_each_session([&](Session& session) {
    if (session.connection() == nullptr) return;
    core_.output.mark_dirty(*session.connection());
    load_more(session);
  });
}

void Backlog::on_committed() {
  const std::vector<SessionNumber> waiting = std::exchange(await_commit_, {});
  for (SessionNumber number : waiting) {
    StoredSession* stored = core_.sessions.find_stored(number);
    if (stored == nullptr || stored->loading == 0) continue;
    stored->loading = 0;
    load_more(stored->session());
  }
}

}  // namespace sluice::broker
