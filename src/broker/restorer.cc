#include "broker/restorer.h"

#include <algorithm>
#include <bit>
#include <map>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/session.h"
#include "broker/stored_delivery.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

void Restorer::run() {
  core_.journal.begin(recovery_.start());
  core_.outbox.begin(recovery_.start());
  core_.sessions.begin_numbers(recovery_.next_number());
  restore_pages();
  restore_retained();
  std::vector<RecoveredSession> sessions = recovery_.take_sessions(core_.self);
  // The list of progress is kept in the order of pages.
  std::ranges::sort(sessions, {}, &RecoveredSession::progress_page);
  for (RecoveredSession& session : sessions) restore_session(session);
  restore_transfers();
  core_.journal.settle_adopted();
  begin_steps();
}

/// Until this shard knows the subscriptions and groups of all others nothing may be published: it
/// would pass their Sessions by. And what had been left over comes before anything new.
void Restorer::begin_steps() {
  using Step = RestoredLetter::Step;
  core_.is_ready = false;
  const auto tell_all = [](Core& core, Step step) {
    core.post_to_others([step] { return RestoredLetter{step}; });
    core.on_restored(step);
  };
  core_.when_joined = [&core = core_, tell_all, wills = recovery_.take_wills(core_.self),
                       transfers = std::move(transfers_)] {
    resume(core, transfers);
    publish_orphaned(core, wills);
    core.outbox.when_empty([&core, tell_all] { tell_all(core, Step::SentOn); });
  };
  // The answers come when the other shards have acted on this one's letters to their groups.
  const std::uint32_t token = core_.barriers.hold_action(
      core_.shards - 1, [&core = core_, tell_all] { tell_all(core, Step::Joined); });
  core_.post_to_others([&] { return SyncLetter{token}; });
}

void Restorer::restore_pages() {
  const std::uint64_t self = std::uint64_t{1} << core_.self;
  for (const Recovery::Page& page : recovery_.pages()) {
    const bool is_owner = owner_of_page(page.info.id, core_.shards) == core_.self;
    if (!is_owner && (page.shards & self) == 0) {
      pages_.push_back(nullptr);
      continue;
    }
    PageInfo info = page.info;
    info.is_foreign = !is_owner;
    if (is_owner) info.open = static_cast<std::uint32_t>(std::popcount(page.shards & ~self));
    pages_.push_back(&core_.journal.adopt_page(info));
  }
}

void Restorer::restore_retained() {
  for (const auto& [topic, value] : recovery_.take_retained(core_.self)) {
    const auto row = decode_retained(topic, value);
    if (!row) continue;
    core_.retained.restore(to_message(core_, row->message, row->publisher), row->kept_at);
  }
}

void Restorer::restore_session(RecoveredSession& from) {
  Session& session = core_.sessions.create(from.row.client_id);
  session.set_expiry_interval(from.row.expiry_interval);
  StoredSession& stored = core_.sessions.make_stored(session, from.number);
  core_.sessions.set_application(stored, from.row.is_application);
  stored.recheck_below = from.row.recheck_below;
  restore_identity(session, from.row);
  restore_deliveries(session, from);
  restore_subscriptions(session, from);
  restore_life(session, from);
}

/// What its Client may do is known when it comes back; until then it is known by its credentials.
void Restorer::restore_identity(Session& session, const SessionRow& row) {
  if (row.provider == 0) return;
  auth::Identity identity;
  identity.provider = static_cast<auth::ProviderType>(row.provider);
  identity.credentials_id = row.credentials_id;
  identity.username = row.username;
  identity.common_name = row.common_name;
  session.set_access(std::make_unique<ClientAccess>(core_, session, std::move(identity)));
}

/// When the Session ends and its Will is due: counted from when its connection ended, which for
/// one that was there when the broker died is now.
void Restorer::restore_life(Session& session, const RecoveredSession& from) {
  const Instant offline_since =
      from.row.connected ? core_.now : core_.to_instant(from.row.offline_since);
  if (from.will) {
    if (const auto row = decode_will(*from.will)) {
      auto will = std::make_unique<Will>(*row);
      will->due = offline_since + seconds(will->delay);
      will->number = from.number;
      session.set_will(std::move(will));
    }
  }
  session.restore_life(from.row, offline_since);
  if (from.row.connected) core_.sessions.write_row(session, Need::Whenever);
}

void Restorer::restore_subscriptions(Session& session, const RecoveredSession& from) {
  for (const auto& [filter, options] : from.subscriptions) {
    if (mqtt::is_shared(filter)) {
      if (const auto parts = mqtt::parse_shared(filter)) {
        core_.share_groups.restore(session, *parts, options);
      }
    } else {
      core_.router.subscribe(session, filter, options);
    }
  }
}

/// A page written again by the cleaner has deliveries out of order, and the old one may still be
/// there: the later one counts.
void Restorer::sort(std::vector<RecoveredSession::Delivery>& deliveries) {
  const auto out_of_order = [](const auto& a, const auto& b) { return a.sequence >= b.sequence; };
  if (std::ranges::adjacent_find(deliveries, out_of_order) == deliveries.end()) return;
  std::ranges::sort(deliveries, [](const auto& a, const auto& b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.page > b.page;
  });
  const auto is_same = [](const auto& a, const auto& b) { return a.sequence == b.sequence; };
  deliveries.erase(std::unique(deliveries.begin(), deliveries.end(), is_same), deliveries.end());
}

void Restorer::restore_deliveries(Session& session, RecoveredSession& from) {
  StoredSession& stored = *session.stored();
  auto& deliveries = from.deliveries;
  sort(deliveries);
  std::uint64_t next = std::max(from.queue.next_sequence, from.queue.first);
  if (!deliveries.empty()) next = std::max(next, deliveries.back().sequence + 1);
  if (!from.completed.empty()) next = std::max(next, from.completed.rbegin()->upper());
  std::erase_if(deliveries,
                [&](const auto& one) { return contains(from.completed, one.sequence); });
  for (const auto& one : deliveries) {
    stored.restore_delivery(*pages_[one.page], one.sequence, one.bytes);
  }
  count_lost(deliveries, {from.queue.first, next}, from.completed);
  stored.restore(next);
  stored.set_loaded_end(stored.first_open());
  stored.sent_end = from.row.connected ? next : from.row.sent_end;

  std::erase_if(from.released,
                [&](std::uint64_t sequence) { return contains(from.completed, sequence); });
  if (!from.received.empty()) {
    session.make_flow().unreleased.insert(from.received.begin(), from.received.end());
  }
  if (!from.released.empty()) {
    // PUBRELs go out in the order of the window, so it reaches to the last of them.
    const std::uint64_t end = *from.released.rbegin() + 1;
    std::vector<std::uint64_t> open;
    for (const auto& one : deliveries) {
      if (one.sequence < end) open.push_back(one.sequence);
    }
    session.make_flow().window.restore(stored.first_open(), end, open, from.released);
    stored.set_loaded_end(end);
  }
  for (const auto& range : from.completed) {
    if (range.upper() > stored.loaded_end()) stored.completed_on_disk.insert(range);
  }
  if (from.progress_page != 0) core_.cleaner.restore_progress(stored, from.progress_page);
  deliveries = {};
}

/// Deliveries that neither are there nor were completed lay in a page that is damaged: they are
/// over.
void Restorer::count_lost(const std::vector<RecoveredSession::Delivery>& open,
                          std::pair<std::uint64_t, std::uint64_t> all, SequenceSet& completed) {
  using Interval = SequenceSet::interval_type;
  SequenceSet lost;
  if (all.first < all.second) lost.insert(Interval::right_open(all.first, all.second));
  lost -= completed;
  for (std::size_t i = 0; i < open.size();) {
    std::size_t end = i + 1;
    while (end < open.size() && open[end].sequence == open[end - 1].sequence + 1) ++end;
    lost.erase(Interval::right_open(open[i].sequence, open[end - 1].sequence + 1));
    i = end;
  }
  core_.counters.drop(DropReason::Damaged, boost::icl::cardinality(lost));
  completed += lost;
}

void Restorer::restore_transfers() {
  for (Recovery::Transfer& from : recovery_.take_transfers(core_.self)) {
    from.message.topic = from.topic;
    from.message.properties = from.properties;
    from.message.payload = from.payload;
    PageInfo& page = *pages_[from.page];
    ++page.open;
    ++page.transfers;
    transfers_.push_back({std::move(from.transfer), to_message(core_, from.message), &page});
  }
  if (core_.self != 0) return;
  for (const TransferKey& key : recovery_.outdated_transfers()) {
    core_.journal.erase(storage::Table::Received, encode(key), Need::Whenever);
  }
}

/// All at once: what they become is durable together with the word that they have arrived.
void Restorer::resume(Core& core, const std::vector<Resumed>& transfers) {
  std::map<TransferKey, std::uint64_t> arrived;
  for (const Resumed& one : transfers) {
    core.dispatcher.accept_again(one.message, one.transfer);
    --one.page->transfers;
    core.journal.close(*one.page);
    std::uint64_t& last = arrived[one.transfer.key()];
    last = std::max(last, one.transfer.sequence);
  }
  for (const auto& [key, last] : arrived) core.outbox.note_arrived(key, last);
}

void Restorer::publish_orphaned(Core& core,
                                const std::vector<std::pair<SessionNumber, std::string>>& wills) {
  for (const auto& [number, value] : wills) {
    if (const auto row = decode_will(value)) {
      Will will(*row);
      will.number = number;
      core.sessions.publish(will, row->publisher);
    }
  }
}

}  // namespace sluice::broker
