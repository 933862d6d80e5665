#include "broker/outbox.h"

#include <algorithm>
#include <utility>

#include "broker/core.h"

namespace sluice::broker {

Outbox::Outbox(Core& core) : core_(core), sent_(core.shards), unposted_(core.shards) {}

void Outbox::begin(std::uint32_t start) {
  last_sequence_ = std::uint64_t{start} << 32;
}

void Outbox::send(ShardId to, const MessagePtr& message, StoredTransfer transfer,
                  std::function<void(std::uint64_t waiter)> post) {
  transfer.from = core_.self;
  transfer.to = to;
  transfer.sequence = ++last_sequence_;
  // The shards of the next start may be others.
  if (transfer.group.empty()) transfer.scope = transfer.scope.at({to, core_.shards});
  PageInfo& page = core_.journal.add_transfer(message, transfer);
  // What rests on it waits for the receiver, too: a Client that was told of the message may go on
  // to unsubscribe another one there.
  sent_[to].push_back({transfer.sequence, &page, core_.groups.expect_receipt(), false});
  post_when_durable(
      to, [post = std::move(post), waiter = kWaiterBit | transfer.sequence] { post(waiter); });
}

void Outbox::post_when_durable(ShardId to, std::function<void()> post) {
  ++unposted_[to];
  core_.groups.when_durable([this, to, post = std::move(post)] {
    --unposted_[to];
    post();
  });
}

void Outbox::send_behind(ShardId to, std::function<void()> post) {
  if (unposted_[to] == 0) return post();
  post_when_durable(to, std::move(post));
}

void Outbox::on_receipt(ShardId from, std::uint64_t waiter) {
  const std::uint64_t sequence = sequence_of(waiter);
  RingQueue<Sent>& sent = sent_[from];
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].sequence != sequence) continue;
    sent[i].is_done = true;
    core_.groups.on_receipt(sent[i].waiter, 1);
    break;  // receipts come nearly in order
  }
  while (!sent.empty() && sent.front().is_done) {
    const Sent done = sent.pop_front();
    --done.page->transfers;
    core_.journal.close(*done.page);
  }
  sent.shrink_if_empty();
  if (when_empty_ && is_empty()) std::exchange(when_empty_, nullptr)();
}

bool Outbox::is_empty() const {
  return std::ranges::all_of(sent_, [](const auto& sent) { return sent.empty(); });
}

void Outbox::when_empty(std::function<void()> action) {
  if (is_empty()) return action();
  when_empty_ = std::move(action);
}

void Outbox::on_received(ShardId from, std::uint64_t waiter) {
  const std::uint64_t last = sequence_of(waiter);
  note_arrived({from, core_.self, static_cast<std::uint32_t>(last >> 32)}, last);
}

void Outbox::note_arrived(const TransferKey& key, std::uint64_t last) {
  core_.journal.put(storage::Table::Received, encode(key), encode_last_transfer(last));
}

}  // namespace sluice::broker
