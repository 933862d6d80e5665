#include "broker/broker.h"

#include <cstdio>
#include <variant>

#include "broker/core.h"
#include "broker/restorer.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {

Core::Core(const Place& place, Postman& the_postman, StoreLink& the_store, Gatekeeper& gatekeeper)
    : settings(place.settings),
      terms(place.settings.mqtt),
      self(place.self),
      shards(place.shards),
      postman(the_postman),
      store(the_store),
      wall_offset(place.wall_offset),
      random(std::random_device{}()),
      client_types(place.settings.clients),
      observer(*this),
      rate_limits(place.settings.rate_limits, place.shards),
      access(*this, gatekeeper),
      journal(*this),
      groups(*this),
      outbox(*this),
      cleaner(*this),
      backlog(*this),
      sessions(*this),
      router(*this),
      share_groups(*this),
      subscriptions(*this),
      retained(*this),
      dispatcher(*this),
      barriers(*this),
      event_topics(*this),
      sys_topics(*this),
      inspector(*this) {
  journal.begin(1);
  outbox.begin(1);
}

Core::~Core() {
  for (ServerConnection* connection : connecting) delete connection;
}

std::string Core::new_client_id() {
  char id[32];
  do {
    std::snprintf(id, sizeof id, "sluice-%016llx", static_cast<unsigned long long>(random()));
  } while (home_of(id) != self || sessions.find(ByteView(id)) != nullptr);
  return id;
}

void Core::on_restored(RestoredLetter::Step step) {
  if (step == RestoredLetter::Step::Joined) {
    if (++shards_joined == shards) std::exchange(when_joined, nullptr)();
    return;
  }
  if (++shards_restored < shards) return;
  is_ready = true;
  // Before any Client can come back: a Session that is over must not be resumed.
  std::vector<Session*> restored;
  sessions.for_each([&](Session& session) { restored.push_back(&session); });
  for (Session* session : restored) session->begin_waiting(now);
  for (ServerConnection* connection : connecting) connection->begin();
}

WallTime Core::to_wall(Instant instant) const {
  return instant == kNever ? kNeverOnTheWall : (instant.time_since_epoch() + wall_offset).count();
}

Instant Core::to_instant(WallTime time) const {
  return time == kNeverOnTheWall ? kNever : Instant(milliseconds(time) - wall_offset);
}

namespace {

/// Acts on what another shard's core said.
class LetterReader {
 public:
  LetterReader(Core& core, ShardId from) : core_(core), from_(from) {}

  void operator()(PublishLetter& letter) {
    act(letter.waiter, [&] {
      if (letter.retain) core_.retained.store(letter.message);
      if (letter.deliver) {
        core_.dispatcher.deliver_here(letter.message, letter.scope, handover(letter.waiter));
      }
    });
  }
  void operator()(ReceiptLetter& letter) {
    if (Outbox::is_waiter(letter.waiter)) return core_.outbox.on_receipt(from_, letter.waiter);
    core_.groups.on_receipt(letter.waiter, letter.count);
  }
  void operator()(RestoredLetter& letter) { core_.on_restored(letter.step); }
  void operator()(PageDoneLetter& letter) { core_.cleaner.on_page_done(letter.page); }
  void operator()(RouteLetter& letter) {
    core_.router.set_wanted_by(from_, letter.filter, letter.wanted, letter.stored);
  }
  void operator()(SyncLetter& letter) { core_.post(from_, DoneLetter{letter.token}); }
  void operator()(DoneLetter& letter) { core_.barriers.done(letter.token); }

  void operator()(ShareJoinLetter& letter) {
    const ShareGroupId group =
        core_.share_groups.join(letter.filter, letter.share_name, letter.member);
    core_.post(from_,
               ShareJoinedLetter{letter.member.session, letter.filter, letter.share_name, group});
    const std::uint32_t token = core_.barriers.hold_answer(from_, letter.token, core_.shards - 1);
    core_.post_to_others([&] { return SyncLetter{token}; });
  }
  void operator()(ShareJoinedLetter& letter) { core_.share_groups.on_joined(letter); }
  void operator()(ShareLeaveLetter& letter) {
    core_.share_groups.leave(letter.filter, letter.share_name, letter.session);
  }
  void operator()(ShareStatusLetter& letter) {
    core_.share_groups.set_connected(letter.filter, letter.share_name, letter.session,
                                     letter.connected);
  }
  void operator()(ShareRecallLetter& letter) { core_.share_groups.on_recall(letter); }
  void operator()(ShareDeliveryLetter& letter) {
    act(letter.waiter, [&] { core_.share_groups.on_delivery(letter, handover(letter.waiter)); });
  }
  void operator()(ShareReturnLetter& letter) {
    act(letter.waiter, [&] { core_.share_groups.on_return(letter, handover(letter.waiter)); });
  }

  void operator()(SysLetter& letter) { core_.sys_topics.on_counters(from_, *letter.counters); }

  void operator()(RetainedQueryLetter& letter) {
    core_.retained.on_query(std::move(letter), from_);
  }
  void operator()(RetainedFoundLetter& letter) {
    Session* session = core_.sessions.find(letter.session);
    if (session == nullptr) return;
    core_.retained.queue_replay(*session, letter.options, std::move(letter.messages));
  }

 private:
  /// The sender forgets what came by its outbox, so it has to go on in the same way.
  static Handover handover(CommitGroups::Waiter waiter) {
    return Outbox::is_waiter(waiter) ? Handover::Outbox : Handover::Direct;
  }

  template <class Action>
  void act(CommitGroups::Waiter waiter, Action&& action) {
    if (waiter == 0) return action();
    core_.groups.begin_letter();
    action();
    core_.groups.end_letter(from_, waiter);
  }

  Core& core_;
  ShardId from_;
};

}  // namespace

Broker::Broker(const Place& place, Postman& postman, StoreLink& store, Gatekeeper& gatekeeper)
    : core_(std::make_unique<Core>(place, postman, store, gatekeeper)) {}

Broker::~Broker() = default;

void Broker::restore(Recovery& recovery, Instant now) {
  core_->now = now;
  Restorer(*core_, recovery).run();
}

ServerConnection* Broker::open(Link& link, Instant now) {
  core_->now = now;
  auto* connection = new ServerConnection(*core_, link);
  if (!core_->is_ready) connection->wait();
  return connection;
}

std::size_t Broker::on_bytes(ServerConnection& connection, ByteView bytes, Instant now,
                             bool* alive) {
  core_->now = now;
  const std::size_t consumed = connection.on_bytes(bytes);
  *alive = connection.is_open();
  return consumed;
}

void Broker::on_drained(ServerConnection& connection, Instant now) {
  core_->now = now;
  core_->output.mark_dirty(connection);
}

void Broker::on_lost(ServerConnection& connection, Instant now) {
  core_->now = now;
  connection.lost();
}

void Broker::on_mail(ShardId from, Mail mail, Instant now) {
  core_->now = now;
  std::visit(LetterReader(*core_, from), mail->content);
}

void Broker::on_verdict(Gatekeeper::Ticket ticket, auth::Verdict verdict, Instant now) {
  core_->now = now;
  core_->access.on_verdict(ticket, std::move(verdict));
}

void Broker::on_policy(std::shared_ptr<const auth::Policy> policy, Instant now) {
  core_->now = now;
  core_->access.set_policy(std::move(policy));
}

void Broker::on_credentials_changed(std::span<const auth::CredentialsChange> changes,
                                    std::function<void()> done, Instant now) {
  core_->now = now;
  core_->access.apply(changes, std::move(done));
}

Losses Broker::find_losses(ByteView credentials_id, const auth::RuleBook* rules,
                           std::size_t clients_max) {
  return core_->access.find_losses(credentials_id, rules, clients_max);
}

bool Broker::disconnect(ByteView client_id, Instant now) {
  core_->now = now;
  Session* session = core_->sessions.find(client_id);
  if (session == nullptr || session->connection() == nullptr) return false;
  session->connection()->end(mqtt::ReasonCode::AdministrativeAction, RefusalReason::Administrator);
  return true;
}

void Broker::on_committed(Instant now) {
  core_->now = now;
  core_->groups.on_committed();
  core_->backlog.on_committed();
}

void Broker::on_page(storage::PageId id, const std::optional<std::string>& bytes, Instant now) {
  core_->now = now;
  core_->backlog.on_page(id, bytes);
  core_->cleaner.on_page(id, bytes);
  core_->inspector.on_page(id, bytes);
}

void Broker::on_store_failed(bool failed, Instant now) {
  core_->now = now;
  core_->store_failed = failed;
  core_->read_on();
}

void Broker::on_memory_full(bool full, Instant now) {
  core_->now = now;
  core_->memory_full = full;
  core_->read_on();
}

void Core::read_on() {
  if (refuses_messages()) return;
  for (ServerConnection* connection : std::exchange(awaiting_store, {})) {
    connection->resume({});
  }
}

bool Broker::is_store_behind() const {
  if (core_->store_failed) return false;  // nothing comes to it, and the others need not wait
  return core_->journal.bytes() + core_->groups.bytes_under_way() >
         core_->settings.storage.pending_bytes_max;
}

void Broker::on_mail_drained(Instant now) {
  core_->now = now;
  core_->retained.on_mail_drained();
  core_->scans.on_turn();
}

bool Broker::wants_turn() const {
  return core_->retained.has_waiting() || core_->groups.wants_turn() ||
         core_->event_topics.has_waiting() || core_->scans.has_work();
}

void Broker::on_tick(Instant now) {
  core_->now = now;
  core_->timers.advance(now);
  core_->retained.remove_expired(now);
  core_->cleaner.clean_if_worth_it();
  core_->groups.on_tick();
  core_->observer.on_tick();
  core_->sys_topics.on_tick();
}

void Broker::on_turn_end(Instant now) {
  core_->now = now;
  core_->event_topics.publish_waiting();
  core_->groups.on_turn_end();
  core_->output.flush_dirty();
  core_->ended_connections.clear();
}

void Broker::shut_down(Instant now, std::size_t max) {
  core_->now = now;
  std::vector<ServerConnection*> open(core_->connecting.begin(), core_->connecting.end());
  core_->sessions.for_each([&](Session& session) {
    if (session.connection() != nullptr && open.size() < max) open.push_back(session.connection());
  });
  if (open.size() > max) open.resize(max);
  for (ServerConnection* connection : open) {
    connection->end(mqtt::ReasonCode::ServerShuttingDown, RefusalReason::ShuttingDown);
  }
  on_turn_end(now);
}

void Broker::on_watch(std::shared_ptr<const Watch> watch, Instant now) {
  core_->now = now;
  core_->observer.set_watch(std::move(watch));
}

Observations Broker::collect() {
  return core_->observer.collect();
}

std::vector<DroppedMessages> Broker::list_dropped(ByteView client_id, std::size_t max) {
  return core_->observer.list_dropped(client_id, max);
}

const Counters& Broker::counters() const {
  return core_->counters;
}

}  // namespace sluice::broker
