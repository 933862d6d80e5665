#include "broker/journal_cleaner.h"

#include <iterator>

#include "broker/core.h"
#include "broker/session.h"
#include "broker/stored_delivery.h"

namespace sluice::broker {
namespace {

constexpr std::uint64_t kWorthCleaning = 1024 * 1024;
constexpr std::uint64_t kWorthRewriting = 16 * 1024 * 1024;
constexpr std::size_t kRewritingMax = 16;
constexpr unsigned kTicksPerRewrite = 10;
constexpr unsigned kTicksPerRetention = 600;

QueueRow progress_of(Session& session, storage::PageId as_of) {
  const StoredSession& stored = *session.stored();
  QueueRow row;
  row.as_of = as_of;
  row.first = stored.first_open();
  row.next_sequence = stored.next_sequence();
  for (const auto& range : completed_sequences(session)) {
    row.completed.emplace_back(range.lower(), range.upper());
  }
  if (MessageFlow* flow = session.flow()) {
    flow->window.for_each([&](const InFlightWindow::Entry& entry, std::uint16_t packet_id) {
      if (entry.stage == InFlightWindow::Stage::Pubrel) {
        row.released.push_back(flow->window.sequence_of(packet_id));
      }
    });
    row.received.assign(flow->unreleased.begin(), flow->unreleased.end());
  }
  return row;
}

/// Writes the open deliveries of a page to the page that is being written.
class PageRewriter final : public PageReader {
 public:
  PageRewriter(Core& core, PageInfo& from) : core_(core), from_(from) {}

  void on_message(const StoredMessage& stored) override {
    message_ = to_message(core_, stored);
  }

  void on_delivery(const StoredDelivery& read) override {
    StoredSession* stored = core_.sessions.find_stored(read.session);
    if (stored == nullptr) return;
    const StoredSession::Run* run = stored->find_run(read.sequence);
    if (run == nullptr || run->page != &from_) return;
    if (!completed_.contains(stored)) completed_[stored] = completed_sequences(stored->session());
    if (contains(completed_[stored], read.sequence)) return;
    to_ = &core_.journal.add_delivery(read.session, to_delivery(read, message_));
  }

  void finish() {
    if (to_ == nullptr) return;
    for (auto& [stored, completed] : completed_) stored->move(core_.journal, from_, *to_);
  }

 private:
  Core& core_;
  PageInfo& from_;
  PageInfo* to_ = nullptr;
  MessagePtr message_;
  boost::unordered_flat_map<StoredSession*, SequenceSet> completed_;
};

}  // namespace

void JournalCleaner::note_progress(StoredSession& stored) {
  if (stored.progress_page != 0 || !core_.journal.is_durable()) return;
  restore_progress(stored, core_.journal.last_page());
}

void JournalCleaner::restore_progress(StoredSession& stored, storage::PageId since) {
  stored.progress_page = since;
  with_progress_.push_back(stored);
}

void JournalCleaner::forget(StoredSession& stored) {
  if (stored.progress_page == 0) return;
  with_progress_.erase(with_progress_.iterator_to(stored));
  stored.progress_page = 0;
}

bool JournalCleaner::is_worth_cleaning() const {
  const Journal& journal = core_.journal;
  return journal.dead_bytes() >= kWorthCleaning &&
         journal.dead_bytes() >= journal.total_bytes() / 4;
}

void JournalCleaner::clean_if_worth_it() {
  const Journal& journal = core_.journal;
  if (looked_through_ != 0 || is_worth_cleaning()) drop_dead_pages();
  if (++ticks_ % kTicksPerRewrite == 0 && journal.total_bytes() >= kWorthRewriting) {
    rewrite_sparse_pages();
  }
  if (ticks_ % kTicksPerRetention == 0) {
    core_.sessions.for_each_stored(
        [this](StoredSession& stored) { core_.dispatcher.drop_outdated(stored); });
  }
}

/// Those of the next slice.
void JournalCleaner::drop_dead_pages() {
  auto& pages = core_.journal.pages();
  core_.journal.seal_page();
  const auto begin = pages.upper_bound(looked_through_);
  auto end = begin;
  storage::PageId last = 0;
  for (std::size_t looked = 0; looked < kScanSlice && end != pages.end(); ++looked, ++end) {
    if (end->second.open == 0) last = end->first;
  }
  looked_through_ = end == pages.end() ? 0 : std::prev(end)->first;
  if (last == 0) return;
  write_progress(last);
  for (auto next = begin; next != end;) {
    auto page = next++;
    if (page->second.open == 0) core_.journal.drop_page(page);
  }
}

void JournalCleaner::write_progress(storage::PageId through) {
  const storage::PageId as_of = core_.journal.last_page();
  while (!with_progress_.empty() && with_progress_.front().progress_page <= through) {
    StoredSession& stored = with_progress_.front();
    core_.journal.put(storage::Table::Queues, number_key(stored.number()),
                      encode(progress_of(stored.session(), as_of)), Need::Whenever);
    forget(stored);
  }
}

void JournalCleaner::rewrite_sparse_pages() {
  std::uint64_t wasted = 0;
  for (const auto& [id, page] : core_.journal.pages()) {
    if (page.open > 0 && page.deliveries > 0) {
      wasted += std::uint64_t{page.bytes} * (page.deliveries - std::min(page.open, page.deliveries)) /
                page.deliveries;
    }
  }
  if (wasted < core_.journal.total_bytes() / 2) return;
  for (const auto& [id, page] : core_.journal.pages()) {
    if (rewriting_.size() >= kRewritingMax) return;
    const bool is_sparse = page.bytes != 0 && page.transfers == 0 && page.open > 0 && page.open <= page.deliveries / 4;
    if (!is_sparse || !core_.journal.is_committed(id)) continue;
    if (rewriting_.insert(id).second) core_.store.read_page(id);
  }
}

void JournalCleaner::on_page_done(storage::PageId id) {
  auto page = core_.journal.pages().find(id);
  if (page != core_.journal.pages().end()) core_.journal.close(page->second);
}

void JournalCleaner::on_page(storage::PageId id, const std::optional<std::string>& bytes) {
  if (rewriting_.erase(id) == 0) return;
  auto page = core_.journal.pages().find(id);
  if (!bytes || page == core_.journal.pages().end() || page->second.open == 0) return;
  PageRewriter rewriter(core_, page->second);
  core_.journal.begin_one_page();  // a run of deliveries lies in one page
  rewriter.read(*bytes);
  rewriter.finish();
  core_.journal.end_of_one_page();
}

}  // namespace sluice::broker
