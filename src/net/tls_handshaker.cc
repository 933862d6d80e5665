#include "net/tls_handshaker.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/allocator.h"

namespace sluice::net {

namespace {

constexpr milliseconds kFilePollInterval{1000};
constexpr milliseconds kTurnMax{100};  // while something waits for a time
constexpr std::chrono::hours kExpiryCheckInterval{24};
/// Less important than the shards: who is connected goes before who wants to be.
constexpr int kNice = 5;

config::RateLimit rate_of(std::uint32_t per_second) {
  config::RateLimit limit;
  if (per_second > 0) limit.windows.push_back({per_second, 1});
  return limit;
}

}  // namespace

Result<std::unique_ptr<TlsHandshaker>> TlsHandshaker::make(
    const config::Settings& settings, ShardMailboxes& mailboxes, Members members,
    const std::atomic<unsigned>& lagging_shards) {
  auto loop = runtime::EventLoop::make();
  if (!loop) return tl::unexpected(loop.error());
  auto keys = TicketKeys::make(monotonic_now());
  if (!keys) return tl::unexpected(keys.error());
  std::unique_ptr<TlsHandshaker> made(new TlsHandshaker(
      settings, mailboxes, members, lagging_shards, std::move(*loop), std::move(*keys)));
  const int wake_fd = mailboxes.wake_fd(made->self());
  if (const auto added = made->event_loop_.add(wake_fd, *made, EPOLLIN); !added) {
    return tl::unexpected(added.error());
  }
  return made;
}

TlsHandshaker::TlsHandshaker(const config::Settings& settings, ShardMailboxes& mailboxes,
                             Members members, const std::atomic<unsigned>& lagging_shards,
                             runtime::EventLoop loop, TicketKeys ticket_keys)
    : settings_(settings),
      mailboxes_(mailboxes),
      members_(members),
      lagging_shards_(lagging_shards),
      event_loop_(std::move(loop)),
      now_(monotonic_now()),
      ticket_keys_(std::move(ticket_keys)),
      entrance_({event_loop_, timer_wheel_, settings_, counters_, now_}, 1, *this),
      handshake_rate_(rate_of(settings.tls.handshakes_per_second)),
      next_poll_(now_ + kFilePollInterval),
      next_expiry_check_(now_ + kExpiryCheckInterval) {}

TlsHandshaker::~TlsHandshaker() {
  waiting_.clear_and_dispose(std::default_delete<TlsHandshake>());
  handshakes_.clear_and_dispose(std::default_delete<TlsHandshake>());
}

Result<void> TlsHandshaker::listen(runtime::FileDescriptor socket, Listener& listener) {
  if (context_of(listener) == nullptr) {
    auto context = WatchedTlsContext::make(listener, settings_, ticket_keys_);
    if (!context) return tl::unexpected(context.error());
    context->warn_of_expiry();
    contexts_.push_back(std::move(*context));
  }
  return entrance_.listen(std::move(socket), listener);
}

SSL_CTX* TlsHandshaker::context_of(const Listener& listener) {
  const auto found = std::ranges::find_if(
      contexts_, [&](const auto& context) { return &context.listener() == &listener; });
  return found == contexts_.end() ? nullptr : found->get();
}

void TlsHandshaker::run() {
  ::setpriority(PRIO_PROCESS, 0, kNice);  // of this thread, on Linux
  while (!is_stopping_) turn();
  entrance_.close();
  mailboxes_.post(self(), members_.server(), StepReport{});
  mailboxes_.publish(self());
}

void TlsHandshaker::turn() {
  event_loop_.wait(time_to_wait());
  mailboxes_.awake(self());
  now_ = monotonic_now();
  timer_wheel_.advance(now_);
  event_loop_.dispatch();
  mailboxes_.drain(self(),
                   [this](unsigned from, ShardMail mail) { on_mail(from, std::move(mail)); });
  start_waiting();
  poll_files_if_due();
  mailboxes_.publish(self());
  const bool has_room = sockets_ < kSocketsMax && !mailboxes_.has_overflow(self());
  entrance_.set_open(has_room && lagging_shards_.load(std::memory_order_relaxed) == 0);
}

milliseconds TlsHandshaker::time_to_wait() {
  if (!mailboxes_.try_sleep(self())) return milliseconds{0};
  const bool is_pressed = sockets_ > 0 || entrance_.has_greetings() || !entrance_.is_open();
  if (is_pressed) return kTurnMax;
  return std::max(milliseconds{0}, std::min(next_poll_ - now_, kFilePollInterval));
}

void TlsHandshaker::on_mail(unsigned from, ShardMail mail) {
  if (auto* change = std::get_if<SettingsChange>(&mail)) {
    return on_settings(from, std::move(*change->settings));
  }
  SLUICE_ASSERT(std::holds_alternative<StopRequest>(mail));
  is_stopping_ = true;
}

void TlsHandshaker::on_settings(unsigned from, config::Settings changed) {
  std::swap(settings_, changed);
  entrance_.on_settings(changed);
  if (settings_.tls.handshakes_per_second != changed.tls.handshakes_per_second) {
    handshake_rate_ = auth::TokenBuckets(rate_of(settings_.tls.handshakes_per_second));
  }
  mailboxes_.post(self(), from, CallDone{});
}

void TlsHandshaker::on_admitted(runtime::FileDescriptor socket, const PeerAddress& peer,
                                ListenerSlot slot) {
  auto* handshake =
      new TlsHandshake(*this, event_loop_, timer_wheel_, std::move(socket), peer, std::move(slot));
  waiting_.push_back(*handshake);  // owns it
  ++sockets_;
  has_worked_ = true;
  if (sockets_ >= kSocketsMax) entrance_.set_open(false);
}

/// In the turn in which they came, as far as the rate allows.
void TlsHandshaker::start_waiting() {
  while (!waiting_.empty() && handshake_rate_.try_take(1, now_)) {
    TlsHandshake& handshake = waiting_.front();
    waiting_.pop_front();
    handshakes_.push_back(handshake);
    handshake.start(context_of(handshake.listener()), now_ + settings_.tls.handshake_timeout);
  }
}

void TlsHandshaker::on_handshake(TlsHandshake& handshake, TlsHandshake::Outcome outcome) {
  switch (outcome) {
    case TlsHandshake::Outcome::Done:
      post_to_shard(handshake);
      return release(handshake);
    case TlsHandshake::Outcome::Failed:
      ++counters_.tls_failed;
      return report(handshake);
    case TlsHandshake::Outcome::TimedOut:
      ++counters_.tls_failed;
      ++counters_.tls_timeouts;
      return report(handshake);
    case TlsHandshake::Outcome::Gone:
      return release(handshake);
  }
}

void TlsHandshaker::post_to_shard(TlsHandshake& handshake) {
  ++counters_.tls_handshakes;
  if (handshake.is_resumed()) ++counters_.tls_resumed;
  TlsHandshake::Result done = handshake.take();
  auto connection = std::make_unique<HandedOverConnection>();
  connection->websocket = WebSocketState::make(done.slot->settings, settings_, now_);
  connection->transport = Transport(std::move(done.socket), std::move(done.tls));
  connection->slot = std::move(done.slot);
  connection->peer = handshake.peer();
  mailboxes_.post(self(), next_shard_, std::move(connection));
  next_shard_ = (next_shard_ + 1) % members_.shards;
}

void TlsHandshaker::report(const TlsHandshake& handshake) {
  const std::string& name = handshake.common_name();
  failure_lines_.warn("TLS handshake failed",
                      {{"peer", handshake.peer().to_string()},
                       {"listener", handshake.listener().url},
                       {"common_name", name},
                       {"reason", handshake.reason()}},
                      now_);
  if (!handshake.is_certificate_refused()) return;
  ++counters_.tls_certificates_refused;
  // The list is bounded, and so is what waits for it.
  if (mailboxes_.has_overflow(self())) return;
  auto task = std::make_unique<GateTask>(GateTask{.kind = GateTask::Kind::Report});
  task->refused.client_id = name.empty() ? "unknown" : name;
  task->refused.address = handshake.peer().to_string();
  task->refused.is_tls = true;
  task->refused.reason = "TLS: " + handshake.reason();
  mailboxes_.post(self(), members_.authenticator(), GateRequest{std::move(task)});
}

/// It is no longer half open here; its shard counts it from now on.
void TlsHandshaker::release(TlsHandshake& handshake) {
  entrance_.half_open().remove(handshake.peer());
  handshakes_.erase_and_dispose(handshakes_.iterator_to(handshake),
                                std::default_delete<TlsHandshake>());
  --sockets_;
}

void TlsHandshaker::poll_files_if_due() {
  if (now_ < next_poll_) return;
  next_poll_ = now_ + kFilePollInterval;
  if (sockets_ == 0 && std::exchange(has_worked_, false)) give_back_idle_memory();
  ticket_keys_.rotate_if_due(now_);
  for (WatchedTlsContext& context : contexts_) {
    const auto change = context.poll();
    if (change == WatchedTlsContext::Change::Reloaded) ++counters_.tls_reloads;
    if (change == WatchedTlsContext::Change::Failed) ++counters_.tls_reloads_failed;
  }
  if (now_ < next_expiry_check_) return;
  next_expiry_check_ = now_ + kExpiryCheckInterval;
  for (const WatchedTlsContext& context : contexts_) context.warn_of_expiry();
}

void TlsHandshaker::on_events(std::uint32_t) {
  mailboxes_.clear_wake(self());
}

}  // namespace sluice::net
