#include "net/shard.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace sluice::net {

namespace {

constexpr std::size_t kReadBuffer = 128 * 1024;
constexpr milliseconds kOverflowPause{1};

/// A frame may hold many packets, so it may be larger than the largest packet.
std::uint64_t frame_payload_max(const config::Settings& settings) {
  return settings.mqtt.packet_size_max + 1024ULL * 1024;
}

}  // namespace

Result<std::unique_ptr<Shard>> Shard::make(const config::Settings& settings, ShardId self,
                                           unsigned shards, ShardMailboxes& mailboxes) {
  auto event_loop = runtime::EventLoop::make();
  if (!event_loop) return tl::unexpected(event_loop.error());
  std::unique_ptr<Shard> shard(
      new Shard(settings, self, shards, mailboxes, std::move(*event_loop)));
  const auto added = shard->event_loop_.add(mailboxes.wake_fd(self), *shard, EPOLLIN);
  if (!added) return tl::unexpected(added.error());
  return shard;
}

Shard::Shard(const config::Settings& shard_settings, ShardId self, unsigned shards,
             ShardMailboxes& mailboxes, runtime::EventLoop event_loop)
    : self_(self),
      mailboxes_(mailboxes),
      event_loop_(std::move(event_loop)),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBuffer)),
      broker_(shard_settings, self, shards, *this),
      half_open_(shard_settings.limits.half_open_per_address_max) {
  loop = &event_loop_;
  timers = &timer_wheel_;
  settings = &shard_settings;
  read_buffer = {buffer_.get(), kReadBuffer};
}

Shard::~Shard() {
  connections_.clear_and_dispose(std::default_delete<Connection>());
  retired_.clear_and_dispose(std::default_delete<Connection>());
}

Result<void> Shard::listen(runtime::FileDescriptor socket,
                           const config::ListenerSettings& listener) {
  acceptors_.push_back(std::make_unique<Acceptor>(std::move(socket), listener, *this));
  return event_loop_.add(acceptors_.back()->fd(), *acceptors_.back(), EPOLLIN);
}

void Shard::run() {
  now = monotonic_now();
  while (!(stop_by_ != kNever && (connections_.empty() || now >= stop_by_))) turn();
  mailboxes_.post(self_, mailboxes_.members() - 1, StoppedReport{});
  mailboxes_.publish(self_);
}

void Shard::turn() {
  event_loop_.wait(time_to_wait());
  mailboxes_.awake(self_);
  now = monotonic_now();
  pulse_.beat(now);
  event_loop_.dispatch();
  mailboxes_.drain(self_,
                   [this](unsigned from, ShardMail mail) { on_mail(from, std::move(mail)); });
  broker_.on_mail_drained(now);
  redeliver_due();
  tick_if_due();
  mailboxes_.publish(self_);  // before the acknowledgements of what is in the mail leave
  broker_.on_turn_end(now);
  retired_.clear_and_dispose(std::default_delete<Connection>());
  mailboxes_.publish(self_);
  is_reading_paused = mailboxes_.has_overflow(self_);
}

milliseconds Shard::time_to_wait() {
  if (!to_redeliver_.empty() || broker_.wants_turn()) return milliseconds{0};
  if (!mailboxes_.try_sleep(self_)) return milliseconds{0};
  if (is_reading_paused) {
    // Sockets that are not read would end a wait at once: give the other shard a moment first.
    std::this_thread::sleep_for(kOverflowPause);
    return milliseconds{0};
  }
  return std::max(milliseconds{0}, next_tick_ - now);
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

void Shard::on_mail(unsigned from, ShardMail mail) {
  if (auto* letter = std::get_if<broker::Mail>(&mail)) {
    return broker_.on_mail(static_cast<ShardId>(from), std::move(*letter), now);
  }
  if (auto* moved = std::get_if<std::unique_ptr<HandedOverConnection>>(&mail)) {
    return adopt(std::move(*moved));
  }
  if (std::holds_alternative<StopRequest>(mail)) return begin_stop();
  if (std::holds_alternative<CountersRequest>(mail)) return report_counters(from);
  SLUICE_UNREACHABLE();  // reports go to the server
}

void Shard::adopt(std::unique_ptr<HandedOverConnection> moved) {
  if (stop_by_ != kNever) return;  // the socket closes
  half_open_.add(moved->peer);
  auto* connection = new Connection(*this, std::move(moved));  // owned by the list
  connections_.push_back(*connection);
  connection->start();
}

void Shard::begin_stop() {
  if (stop_by_ != kNever) return;
  stop_by_ = now + kStopGrace;
  for (const auto& acceptor : acceptors_) event_loop_.remove(acceptor->fd(), *acceptor);
  acceptors_.clear();
  broker_.shut_down(now);
  for (auto next = connections_.begin(); next != connections_.end();) (next++)->shut_down();
}

void Shard::report_counters(unsigned to) {
  auto report = std::make_unique<ShardCounters>(ShardCounters{broker_.counters(), counters});
  report->core.refused[static_cast<std::size_t>(broker::RefusalReason::HalfOpenPerAddress)] +=
      counters.half_open_refused;
  report->core.refused[static_cast<std::size_t>(broker::RefusalReason::ConnectTimeout)] +=
      counters.connect_timeouts;
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

void Shard::end_half_open(const PeerAddress& peer) {
  half_open_.remove(peer);
}

void Shard::retire(Connection& connection) {
  std::erase(to_redeliver_, &connection);
  connections_.erase(connections_.iterator_to(connection));
  retired_.push_back(connection);
}

void Shard::post(ShardId to, broker::Mail mail) {
  mailboxes_.post(self_, to, std::move(mail));
}

void Shard::on_accepted(runtime::FileDescriptor socket, const PeerAddress& peer,
                        const config::ListenerSettings& listener) {
  if (!half_open_.try_add(peer)) {
    ++counters.half_open_refused;
    refusal_lines_.warn("refused peer=" + peer.to_string() + " reason=half_open_per_address_max",
                        now);
    return;
  }
  ++counters.sockets_accepted;
  std::unique_ptr<WebSocketState> websocket;
  if (listener.scheme == config::Scheme::WebSocket) {
    websocket = std::make_unique<WebSocketState>(frame_payload_max(*settings), listener.path,
                                                 now + settings->mqtt.connect_timeout);
  }
  auto* connection = new Connection(*this, std::move(socket), peer, std::move(websocket));
  connections_.push_back(*connection);
  connection->start();
}

void Shard::on_no_descriptor() {
  ++counters.no_descriptor;
  refusal_lines_.warn("refused reason=no_descriptor_left", now);
}

void Shard::on_events(std::uint32_t) {
  mailboxes_.clear_wake(self_);
}

}  // namespace sluice::net
