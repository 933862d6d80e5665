#include "net/server.h"

#include <utility>

#include "net/counters_sum.h"
#include "net/listen_socket.h"

namespace sluice::net {

Result<std::unique_ptr<Server>> Server::make(const config::Settings& settings, unsigned shards) {
  auto mailboxes = ShardMailboxes::make(shards + 1);
  if (!mailboxes) return tl::unexpected(mailboxes.error());
  std::unique_ptr<Server> server(new Server(settings, std::move(*mailboxes)));
  if (const auto added = server->add_shards(shards); !added) return tl::unexpected(added.error());
  if (const auto bound = server->bind_listeners(); !bound) return tl::unexpected(bound.error());
  return server;
}

Server::Server(const config::Settings& settings, std::unique_ptr<ShardMailboxes> mailboxes)
    : settings_(settings), mailboxes_(std::move(mailboxes)) {}

Server::~Server() {
  if (threads_.empty()) return;
  stall_detector_.reset();
  request_stop();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> Server::add_shards(unsigned shards) {
  for (unsigned i = 0; i < shards; ++i) {
    auto shard = Shard::make(settings_, static_cast<ShardId>(i), shards, *mailboxes_);
    if (!shard) return tl::unexpected(shard.error());
    shards_.push_back(std::move(*shard));
  }
  return {};
}

Result<void> Server::bind_listeners() {
  for (const auto& listener : settings_.listeners) {
    auto sockets = listen_on(listener, static_cast<unsigned>(shards_.size()));
    if (!sockets) return tl::unexpected(sockets.error());
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      for (auto& socket : (*sockets)[i]) {
        if (const auto added = shards_[i]->listen(std::move(socket), listener); !added) {
          return tl::unexpected(added.error());
        }
      }
    }
  }
  return {};
}

void Server::start() {
  std::vector<const runtime::Pulse*> pulses;
  for (const auto& shard : shards_) {
    pulses.push_back(&shard->pulse());
    threads_.emplace_back([&shard = *shard] { shard.run(); });
  }
  stall_detector_ = std::make_unique<runtime::StallDetector>(std::move(pulses));
}

void Server::tell_all(ShardMail (*make_mail)()) {
  for (unsigned i = 0; i < shards_.size(); ++i) mailboxes_->post(self(), i, make_mail());
  mailboxes_->publish(self());
}

void Server::request_stop() {
  if (std::exchange(is_stopping_, true)) return;
  stall_detector_.reset();  // a shard that has ended turns no more
  tell_all([]() -> ShardMail { return StopRequest{}; });
}

void Server::request_counters(std::function<void(const ShardCounters&)> answer) {
  if (reports_awaited_ > 0 || is_stopping_) return;
  answer_ = std::move(answer);
  sum_ = ShardCounters{};
  reports_awaited_ = shards_.size();
  tell_all([]() -> ShardMail { return CountersRequest{}; });
}

void Server::on_counters(const ShardCounters& report) {
  add_counters(sum_, report);
  if (--reports_awaited_ == 0) answer_(sum_);
}

void Server::take_reports() {
  do {
    mailboxes_->awake(self());
    mailboxes_->clear_wake(self());
    mailboxes_->drain(self(), [this](unsigned, ShardMail mail) {
      if (const auto* report = std::get_if<CountersReport>(&mail)) on_counters(*report->counters);
      if (std::holds_alternative<StoppedReport>(mail)) ++stopped_;
    });
  } while (!mailboxes_->try_sleep(self()));
}

}  // namespace sluice::net
