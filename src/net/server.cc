#include "net/server.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "net/counters_sum.h"
#include "net/listen_socket.h"

namespace sluice::net {

namespace {

/// Wall clock minus monotonic clock: one for all shards, so that they agree on what has expired.
milliseconds measure_wall_offset() {
  using std::chrono::duration_cast;
  return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()) -
         monotonic_now().time_since_epoch();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::make(const config::Settings& settings, unsigned shards) {
  const Members members{shards};
  auto mailboxes = ShardMailboxes::make(members.count());
  if (!mailboxes) return tl::unexpected(mailboxes.error());
  std::unique_ptr<Server> server(new Server(settings, members, std::move(*mailboxes)));
  if (const auto added = server->add_shards(); !added) return tl::unexpected(added.error());
  if (const auto bound = server->bind_listeners(); !bound) return tl::unexpected(bound.error());
  return server;
}

Server::Server(const config::Settings& settings, Members members,
               std::unique_ptr<ShardMailboxes> mailboxes)
    : settings_(settings), members_(members), mailboxes_(std::move(mailboxes)) {}

Server::~Server() {
  if (threads_.empty()) return;
  request_stop();
  while (!has_stopped()) {
    wait_for_mail(*mailboxes_, self(), kForEver);
    take_reports();
  }
  for (std::thread& thread : threads_) thread.join();
}

Result<void> Server::add_shards() {
  broker::Place place{settings_, 0, members_.shards, measure_wall_offset()};
  for (unsigned i = 0; i < members_.shards; ++i) {
    place.self = static_cast<ShardId>(i);
    auto shard = Shard::make(place, *mailboxes_, lagging_shards_);
    if (!shard) return tl::unexpected(shard.error());
    shards_.push_back(std::move(*shard));
  }
  return {};
}

Result<void> Server::bind_listeners() {
  for (const auto& settings : settings_.listeners) {
    auto listener = Listener::make(settings, settings_);
    if (!listener) return tl::unexpected(listener.error());
    listeners_.push_back(std::move(*listener));
    Listener& made = *listeners_.back();
    auto bound = settings.is_tls ? bind_to_handshaker(made) : bind_to_shards(made);
    if (!bound) return bound;
  }
  return {};
}

Result<void> Server::bind_to_shards(Listener& listener) {
  auto sockets = listen_on(listener.settings, static_cast<unsigned>(shards_.size()));
  if (!sockets) return tl::unexpected(sockets.error());
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    for (auto& socket : (*sockets)[i]) {
      if (auto added = shards_[i]->listen(std::move(socket), listener); !added) return added;
    }
  }
  return {};
}

Result<void> Server::bind_to_handshaker(Listener& listener) {
  if (!tls_handshaker_) {
    auto made = TlsHandshaker::make(settings_, *mailboxes_, members_, lagging_shards_);
    if (!made) return tl::unexpected(made.error());
    tls_handshaker_ = std::move(*made);
  }
  auto sockets = listen_on(listener.settings, 1);
  if (!sockets) return tl::unexpected(sockets.error());
  for (auto& socket : sockets->front()) {
    if (auto added = tls_handshaker_->listen(std::move(socket), listener); !added) return added;
  }
  return {};
}

void Server::restore(broker::Recovery& recovery) {
  for (const auto& shard : shards_) shard->restore(recovery);
  for (bool came = true; came;) {
    came = false;
    for (const auto& shard : shards_) came = shard->settle() || came;
  }
}

void Server::set_policy(const std::shared_ptr<const auth::Policy>& policy) {
  for (const auto& shard : shards_) shard->set_policy(policy);
}

void Server::start(storage::Engine* engine) {
  engine_ = engine;
  if (engine != nullptr) {
    committer_.emplace(*engine, *mailboxes_, members_, store_counters_);
    page_reader_.emplace(*engine, *mailboxes_, members_, store_counters_);
    threads_.emplace_back([this] { committer_->run(); });
    threads_.emplace_back([this] { page_reader_->run(); });
  }
  for (const auto& shard : shards_) threads_.emplace_back([&shard = *shard] { shard.run(); });
  if (tls_handshaker_) threads_.emplace_back([this] { tls_handshaker_->run(); });
  stall_detector_ = std::make_unique<runtime::StallDetector>(pulses());
  is_running_ = true;
}

NetCounters Server::net_counters() const {
  NetCounters sum;
  for (const auto& shard : shards_) add_counters(sum, shard->counters);
  if (tls_handshaker_) add_counters(sum, tls_handshaker_->counters());
  return sum;
}

std::vector<const runtime::Pulse*> Server::pulses() const {
  std::vector<const runtime::Pulse*> pulses;
  for (const auto& shard : shards_) pulses.push_back(&shard->pulse());
  return pulses;
}

template <class Content>
void Server::tell_shards(Content content) {
  for (unsigned i = 0; i < members_.shards; ++i) mailboxes_->post(self(), i, content);
  mailboxes_->publish(self());
}

void Server::report_memory(bool is_full) {
  tell_shards(MemoryReport{is_full});
}

void Server::request_drain(std::uint32_t per_second) {
  if (step_) return;
  // Each shard has its part, at least one.
  begin_step({StopStep::Drain, std::max(1U, per_second / members_.shards)});
}

void Server::request_stop() {
  if (std::exchange(is_stop_wanted_, true)) return;
  if (step_ && !has_drained_) return;  // goes on from there
  end_connections();
}

void Server::end_connections() {
  stall_detector_.reset();  // a shard that has ended turns no more
  begin_step({StopStep::EndConnections});
}

void Server::begin_step(StopRequest request) {
  const bool is_first = !step_;
  step_ = request.step;
  steps_awaited_ = members_.shards;
  if (tls_handshaker_ && is_first) {
    ++steps_awaited_;  // it knows one step only
    mailboxes_->post(self(), members_.tls_handshaker(), StopRequest{StopStep::End});
  }
  tell_shards(request);
}

/// What the shards posted to them is before this request.
void Server::end_store_threads() {
  steps_awaited_ = 2;
  for (const unsigned member : {members_.committer(), members_.page_reader()}) {
    mailboxes_->post(self(), member, StopRequest{StopStep::End});
  }
  mailboxes_->publish(self());
}

void Server::on_step_done() {
  if (--steps_awaited_ > 0) return;
  switch (*step_) {
    case StopStep::Drain:
      has_drained_ = true;
      return is_stop_wanted_ ? end_connections() : void();
    case StopStep::EndConnections:
      return begin_step({StopStep::Flush});
    case StopStep::Flush:
      return begin_step({StopStep::Reflush});
    case StopStep::Reflush:
      return begin_step({StopStep::End});
    case StopStep::End:
      if (committer_ && !std::exchange(are_shards_stopped_, true)) return end_store_threads();
      has_stopped_ = true;
  }
}

void Server::request_counters(std::function<void(const std::string&)> answer) {
  if (reports_awaited_ > 0 || step_) return;
  answer_ = std::move(answer);
  sum_ = broker::Counters{};
  reports_awaited_ = shards_.size();
  tell_shards(CountersRequest{});
}

void Server::on_counters(const broker::Counters& report) {
  broker::add_counters(sum_, report);
  if (--reports_awaited_ > 0) return;
  const std::uint64_t disk_bytes = engine_ == nullptr ? 0 : engine_->disk_bytes();
  const NetCounters net = net_counters();
  add_refusals(sum_, net);
  answer_(to_json(sum_, net, store_counters_, disk_bytes));
}

void Server::take_reports() {
  do {
    mailboxes_->awake(self());
    mailboxes_->clear_wake(self());
    mailboxes_->drain(self(), [this](unsigned, ShardMail mail) {
      if (const auto* report = std::get_if<CountersReport>(&mail)) on_counters(*report->counters);
      if (std::holds_alternative<StepReport>(mail)) on_step_done();
    });
  } while (!mailboxes_->try_sleep(self()));
}

}  // namespace sluice::net
