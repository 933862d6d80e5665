#include "broker/outbox.h"

#include <algorithm>
#include <utility>

#include "broker/core.h"

namespace sluice::broker {

Outbox::Outbox(Core& core) : core_(core), sent_(core.shards), received_(core.shards) {}

void Outbox::begin(std::uint32_t start) {
  last_sequence_ = std::uint64_t{start} << 32;
}

void Outbox::send(ShardId to, const MessagePtr& message, const Task& task) {
  const std::uint64_t sequence = ++last_sequence_;
  // In the store the Sessions are named whatever the shards of the next start will be.
  const HomeScope stored =
      task.scope.is_everywhere() ? HomeScope{to, core_.shards} : task.scope;
  PageInfo& page = core_.journal.add_transfer(
      message, {core_.self, to, sequence, task.deliver, task.retain, stored});
  // What rests on it waits for the receiver, too: a Client that was told of the message may go on to
  // unsubscribe another one there.
  sent_[to].push_back({sequence, &page, core_.groups.expect_receipt(), false});
  core_.groups.when_durable([this, to, message, task, sequence] {
    core_.post(to, PublishLetter{message->clone(), kWaiterBit | sequence, task.deliver,
                                 task.retain && !task.is_retain_told, task.scope});
  });
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

void Outbox::on_received(ShardId from, std::uint64_t waiter, bool is_passed_on) {
  Received& received = received_[from];
  received.last = sequence_of(waiter);
  if (is_passed_on) received.passed_on.insert(received.last);
  write_received(from);
}

void Outbox::on_passed_on(ShardId from, std::uint64_t waiter) {
  received_[from].passed_on.erase(sequence_of(waiter));
  write_received(from);
}

void Outbox::write_received(ShardId from) {
  const Received& received = received_[from];
  const TransferKey key{from, core_.self, static_cast<std::uint32_t>(received.last >> 32)};
  const TransferRow row{received.last, {received.passed_on.begin(), received.passed_on.end()}};
  core_.journal.put(storage::Table::Received, encode(key), encode(row));
}

void Outbox::on_resumed(const TransferKey& key, const TransferRow& row) {
  core_.journal.put(storage::Table::Received, encode(key), encode(row));
}

}  // namespace sluice::broker
