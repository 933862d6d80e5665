#include "net/shard.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sluice::net {

namespace {

constexpr std::size_t kReadBuffer = 128 * 1024;
constexpr milliseconds kOverflowPause{1};

}  // namespace

Result<std::unique_ptr<Shard>> Shard::make(const broker::Place& place, ShardMailboxes& mailboxes,
                                           std::atomic<unsigned>& lagging_shards) {
  auto event_loop = runtime::EventLoop::make();
  if (!event_loop) return tl::unexpected(event_loop.error());
  std::unique_ptr<Shard> shard(new Shard(place, mailboxes, lagging_shards, std::move(*event_loop)));
  const auto added = shard->event_loop_.add(mailboxes.wake_fd(place.self), *shard, EPOLLIN);
  if (!added) return tl::unexpected(added.error());
  return shard;
}

Shard::Shard(const broker::Place& place, ShardMailboxes& mailboxes,
             std::atomic<unsigned>& lagging_shards, runtime::EventLoop event_loop)
    : self_(place.self),
      members_{place.shards},
      mailboxes_(mailboxes),
      own_settings_(place.settings),
      event_loop_(std::move(event_loop)),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBuffer + kTlsRecordMax)),
      store_(place.settings.storage.durability, mailboxes, self_, members_),
      broker_({own_settings_, place.self, place.shards, place.wall_offset}, *this, store_, *this),
      entrance_({event_loop_, timer_wheel_, own_settings_, counters, now}, place.shards, *this),
      governor_(lagging_shards) {
  loop = &event_loop_;
  timers = &timer_wheel_;
  settings = &own_settings_;
  read_buffer = {buffer_.get(), kReadBuffer};
  record_buffer = {buffer_.get() + kReadBuffer, kTlsRecordMax};
}

Shard::~Shard() {
  connections_.clear_and_dispose(std::default_delete<Connection>());
  retired_.clear_and_dispose(std::default_delete<Connection>());
}

Result<void> Shard::listen(runtime::FileDescriptor socket, Listener& listener) {
  return entrance_.listen(std::move(socket), listener);
}

void Shard::restore(broker::Recovery& recovery) {
  now = monotonic_now();
  broker_.restore(recovery, now);
  mailboxes_.publish(self_);
}

bool Shard::settle() {
  bool came = false;
  mailboxes_.drain(self_, [&](unsigned from, ShardMail mail) {
    came = true;
    on_mail(from, std::move(mail));
  });
  mailboxes_.publish(self_);
  return came;
}

void Shard::run() {
  now = monotonic_now();
  while (step_ != StopStep::End) turn();
  report_step();
  mailboxes_.publish(self_);
}

void Shard::turn() {
  event_loop_.wait(time_to_wait());
  mailboxes_.awake(self_);
  now = monotonic_now();
  pulse_.beat(now);
  event_loop_.dispatch();
  const std::vector<Call> due = std::exchange(calls_, {});
  mailboxes_.drain(self_,
                   [this](unsigned from, ShardMail mail) { on_mail(from, std::move(mail)); });
  for (const Call& call : due) perform(call);
  broker_.on_mail_drained(now);
  store_.give_pages(broker_, now);
  redeliver_due();
  read_due();
  tick_if_due();
  drain_if_due();
  flush_store();
  mailboxes_.publish(self_);  // before the acknowledgements of what is in the mail leave
  broker_.on_turn_end(now);
  retired_.clear_and_dispose(std::default_delete<Connection>());
  if (step_ && !is_step_reported_ && is_step_done()) report_step();
  mailboxes_.publish(self_);
  is_reading_paused = mailboxes_.has_overflow(self_) || broker_.is_store_behind();
  govern_entrance();
}

void Shard::govern_entrance() {
  const Instant ended = monotonic_now();
  pulse_.end_turn(now, ended);
  const bool is_behind =
      governor_.on_turn(now, ended, milliseconds{own_settings_.overload.loop_lag_ms});
  if (is_behind && entrance_.is_open()) ++counters.accept_pauses;
  entrance_.set_open(!is_behind);
}

milliseconds Shard::time_to_wait() {
  const bool has_work = !calls_.empty() || !to_redeliver_.empty() || store_.has_pages();
  if (has_work || broker_.wants_turn()) return milliseconds{0};
  if (!to_read_.empty() && !is_reading_paused) return milliseconds{0};
  const milliseconds to_tick = std::max(milliseconds{0}, next_tick_ - now);
  if (is_reading_paused) {
    // Sockets that are not read would end a wait for events at once, so only mail is awaited. The
    // store says when it is done; a shard that is behind does not.
    wait_for_mail(mailboxes_, self_, mailboxes_.has_overflow(self_) ? kOverflowPause : to_tick);
    return milliseconds{0};
  }
  return mailboxes_.try_sleep(self_) ? to_tick : milliseconds{0};
}

void Shard::tick_if_due() {
  if (now < next_tick_) return;
  next_tick_ = now + broker::kTickInterval;
  timer_wheel_.advance(now);
  broker_.on_tick(now);
}

void Shard::redeliver_due() {
  // One by one, as one connection's bytes may end another; those that come meanwhile wait for a
  // turn.
  for (std::size_t left = to_redeliver_.size(); left > 0 && !to_redeliver_.empty(); --left) {
    Connection* const connection = to_redeliver_.front();
    to_redeliver_.erase(to_redeliver_.begin());
    connection->redeliver();
  }
}

/// Like the bytes that epoll tells of, but those TLS holds.
void Shard::read_due() {
  if (is_reading_paused) return;
  for (std::size_t left = to_read_.size(); left > 0 && !to_read_.empty(); --left) {
    Connection* const connection = to_read_.front();
    to_read_.erase(to_read_.begin());
    connection->read_buffered();
  }
}

void Shard::on_mail(unsigned from, ShardMail mail) {
  if (auto* letter = std::get_if<broker::Mail>(&mail)) {
    return broker_.on_mail(static_cast<ShardId>(from), std::move(*letter), now);
  }
  if (auto* moved = std::get_if<std::unique_ptr<HandedOverConnection>>(&mail)) {
    return adopt(std::move(*moved));
  }
  if (std::holds_alternative<CommittedReport>(mail)) return on_committed();
  if (const auto* report = std::get_if<PageReport>(&mail)) {
    return broker_.on_page(report->page->id, report->page->bytes, now);
  }
  if (const auto* state = std::get_if<StoreStateReport>(&mail)) {
    return broker_.on_store_failed(state->is_failed, now);
  }
  if (const auto* memory = std::get_if<MemoryReport>(&mail)) {
    return broker_.on_memory_full(memory->is_full, now);
  }
  if (auto* report = std::get_if<VerdictReport>(&mail)) {
    return broker_.on_verdict(report->verdict->ticket, std::move(report->verdict->verdict), now);
  }
  if (auto* request = std::get_if<ShardCall>(&mail)) {
    calls_.push_back({from, std::move(request->task)});
    return;
  }
  if (auto* change = std::get_if<SettingsChange>(&mail)) {
    return on_settings(from, std::move(*change->settings));
  }
  if (const auto* request = std::get_if<StopRequest>(&mail)) return begin_step(*request);
  if (std::holds_alternative<CountersRequest>(mail)) return report_counters(from);
  SLUICE_UNREACHABLE();  // the rest is for others
}

void Shard::on_settings(unsigned from, config::Settings changed) {
  std::swap(own_settings_, changed);
  entrance_.on_settings(changed);
  broker_.on_settings(
      changed, [this, from] { mailboxes_.post(self_, from, CallDone{}); }, now);
}

void Shard::on_committed() {
  store_.on_committed();
  broker_.on_committed(now);
}

void Shard::adopt(std::unique_ptr<HandedOverConnection> moved) {
  if (step_) return;  // the socket closes
  entrance_.half_open().add(moved->peer);
  take_in(std::move(*moved));
}

void Shard::take_in(HandedOverConnection connection) {
  auto* taken = new Connection(*this, std::move(connection));  // owned by the list
  connections_.push_back(*taken);
  taken->start();
}

void Shard::begin_step(const StopRequest& request) {
  step_ = request.step;
  is_step_reported_ = false;
  if (request.step == StopStep::Drain) {
    entrance_.close();
    drained_per_second_ = request.per_second;
    drained_at_ = now;
    drain_by_ = now + kDrainMax;
  }
  if (request.step == StopStep::EndConnections) end_connections();
}

void Shard::drain_if_due() {
  if (step_ != StopStep::Drain) return;
  const auto due = static_cast<std::uint64_t>((now - drained_at_).count()) * drained_per_second_;
  if (due < 1000) return;
  drained_at_ = now;
  broker_.shut_down(now, due / 1000);
}

void Shard::end_connections() {
  stop_by_ = now + kStopGrace;
  entrance_.close();
  broker_.shut_down(now);
  for (auto next = connections_.begin(); next != connections_.end();) (next++)->shut_down();
}

/// The last commit takes what nobody waits for too; it follows the one that is on its way.
void Shard::flush_store() {
  const bool is_flushing = step_ == StopStep::Flush || step_ == StopStep::Reflush;
  if (is_flushing && !is_step_reported_ && !store_.is_committing()) broker_.on_tick(now);
}

bool Shard::is_step_done() const {
  if (now >= stop_by_) return true;
  switch (*step_) {
    case StopStep::Drain:
      return connections_.empty() || now >= drain_by_;
    case StopStep::EndConnections:
      return connections_.empty();
    case StopStep::Flush:
    case StopStep::Reflush:
      return !store_.is_committing();
    case StopStep::End:
      return false;  // reported when the thread ends
  }
  SLUICE_UNREACHABLE();
}

void Shard::report_step() {
  is_step_reported_ = true;
  mailboxes_.post(self_, members_.server(), StepReport{});
}

void Shard::report_counters(unsigned to) {
  auto report = std::make_unique<broker::Counters>(broker_.counters());
  mailboxes_.post(self_, to, CountersReport{std::move(report)});
}

broker::ServerConnection* Shard::open(broker::Link& link) {
  return broker_.open(link, now);
}

std::size_t Shard::on_bytes(broker::ServerConnection& core, ByteView bytes, bool* alive) {
  return broker_.on_bytes(core, bytes, now, alive);
}

void Shard::on_drained(broker::ServerConnection& core) {
  broker_.on_drained(core, now);
}

void Shard::on_lost(broker::ServerConnection& core) {
  broker_.on_lost(core, now);
}

void Shard::hand_over(ShardId home, std::unique_ptr<HandedOverConnection> connection) {
  mailboxes_.post(self_, home, std::move(connection));
}

void Shard::redeliver_later(Connection& connection) {
  if (std::ranges::find(to_redeliver_, &connection) == to_redeliver_.end()) {
    to_redeliver_.push_back(&connection);
  }
}

void Shard::read_later(Connection& connection) {
  to_read_.push_back(&connection);
}

void Shard::end_half_open(const PeerAddress& peer) {
  entrance_.half_open().remove(peer);
}

void Shard::retire(Connection& connection) {
  std::erase(to_redeliver_, &connection);
  std::erase(to_read_, &connection);
  connections_.erase(connections_.iterator_to(connection));
  retired_.push_back(connection);
}

void Shard::post(ShardId to, broker::Mail mail) {
  mailboxes_.post(self_, to, std::move(mail));
}

void Shard::authenticate(Ticket ticket, auth::ConnectRequest request) {
  post_to_gate(
      {.kind = GateTask::Kind::Authenticate, .ticket = ticket, .request = std::move(request)});
}

void Shard::answer(Ticket ticket, std::string data) {
  post_to_gate({.kind = GateTask::Kind::Answer, .ticket = ticket, .data = std::move(data)});
}

void Shard::cancel(Ticket ticket) {
  post_to_gate({.kind = GateTask::Kind::Cancel, .ticket = ticket});
}

void Shard::report(auth::RefusedClient refused) {
  post_to_gate({.kind = GateTask::Kind::Report, .refused = std::move(refused)});
}

void Shard::post_to_gate(GateTask task) {
  mailboxes_.post(self_, members_.authenticator(),
                  GateRequest{std::make_unique<GateTask>(std::move(task))});
}

/// Its `done` may be called in a later turn.
void Shard::perform(const Call& call) {
  (*call.task)(broker_, [this, from = call.from] { mailboxes_.post(self_, from, CallDone{}); });
}

void Shard::on_admitted(runtime::FileDescriptor socket, const PeerAddress& peer,
                        ListenerSlot slot) {
  HandedOverConnection connection;
  connection.websocket = WebSocketState::make(slot->settings, *settings, now);
  connection.transport = std::move(socket);
  connection.slot = std::move(slot);
  connection.peer = peer;
  take_in(std::move(connection));
}

void Shard::on_events(std::uint32_t) {
  mailboxes_.clear_wake(self_);
}

}  // namespace sluice::net
