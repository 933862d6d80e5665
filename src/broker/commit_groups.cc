#include "broker/commit_groups.h"

#include "broker/core.h"
#include "broker/server_connection.h"

namespace sluice::broker {

CommitGroups::CommitGroups(Core& core) : core_(core) {
  groups_.emplace_back();
}

CommitGroups::~CommitGroups() = default;

void CommitGroups::hold(ServerConnection& connection, ByteView packet, bool resumes) {
  ServerConnection::HeldPlace& place = connection.held_place();
  Group& group = open_group();
  if (place.group != open_number()) {
    place = {open_number(), static_cast<std::uint32_t>(group.held.size())};
    group.held.push_back({&connection, resumes, {}});
  }
  Held& held = group.held[place.index];
  held.resumes = held.resumes || resumes;
  held.packets.append(packet);
  if (packet.empty()) return;  // it only waits itself
  if (group.held_packets++ == 0) group.first_held = core_.now;
}

bool CommitGroups::holds(const ServerConnection& connection) const {
  return connection.held_place().group >= first_;
}

void CommitGroups::bury(std::unique_ptr<ServerConnection> connection) {
  const Number group = connection->held_place().group;
  groups_[group - first_].buried.push_back(std::move(connection));
}

CommitGroups::Waiter CommitGroups::expect_receipt() {
  core_.journal.add_promise();
  if (!is_in_letter_) {
    ++open_group().receipts_awaited;
    return open_number();
  }
  if (relay_ == 0) relays_[relay_ = ++last_relay_] = {};
  ++relays_[relay_].awaited;
  return relay_;
}

void CommitGroups::end_letter(ShardId from, Waiter waiter) {
  is_in_letter_ = false;
  const Waiter relay = std::exchange(relay_, 0);
  if (Outbox::is_waiter(waiter)) core_.outbox.on_received(from, waiter);
  if (relay == 0) return owe(from, waiter);
  Relay& passed_on = relays_[relay];
  passed_on.to = from;
  passed_on.waiter = waiter;
  ++passed_on.awaited;  // for the group
  open_group().relays.push_back(relay);
}

/// The receipt goes when what is recorded now is durable.
void CommitGroups::owe(ShardId to, Waiter waiter) {
  auto& owed = open_group().owed;
  if (!owed.empty() && owed.back().to == to && owed.back().waiter == waiter) {
    ++owed.back().count;
  } else {
    owed.push_back({to, waiter, 1});
  }
}

void CommitGroups::on_receipt(Waiter waiter, std::uint32_t count) {
  if ((waiter & kRelayBit) != 0) return count_down(waiter, count);
  Group& group = groups_[waiter - first_];
  group.receipts_awaited -= count;
  settle(group);
}

void CommitGroups::count_down(Waiter relay, std::uint32_t count) {
  auto found = relays_.find(relay);
  SLUICE_ASSERT(found != relays_.end() && found->second.awaited >= count);
  found->second.awaited -= count;
  if (found->second.awaited > 0) return;
  const Relay passed_on = found->second;
  relays_.erase(found);
  core_.post(passed_on.to, ReceiptLetter{passed_on.waiter, 1});
}

void CommitGroups::on_tick() {
  is_tick_due_ = true;
}

/// Whether the open group is to be committed now.
bool CommitGroups::wants_turn() const {
  const bool has_records = core_.journal.has_records();
  if (has_records && under_way_ != 0) return false;  // it goes on gathering
  return groups_.back().is_wanted() ||
         (has_records && (is_tick_due_ || core_.journal.has_promises()));
}

void CommitGroups::on_turn_end() {
  if (!wants_turn()) return;
  is_tick_due_ = false;
  close_open_group();
}

void CommitGroups::close_open_group() {
  const Number number = open_number();
  Group& group = open_group();
  group.is_closed = true;
  groups_.emplace_back();
  if (!core_.journal.has_records()) return become_durable(group);
  const std::size_t bytes = core_.journal.bytes();
  if (core_.store.commit(core_.journal.take_batch())) {
    core_.journal.on_committed();
    become_durable(group);
  } else {
    under_way_ = number;
    bytes_under_way_ = bytes;
  }
}

void CommitGroups::on_committed() {
  SLUICE_ASSERT(under_way_ != 0);
  core_.journal.on_committed();
  bytes_under_way_ = 0;
  become_durable(groups_[std::exchange(under_way_, 0) - first_]);
}

void CommitGroups::become_durable(Group& group) {
  group.is_durable = true;
  for (const Receipt& receipt : group.owed) {
    core_.post(receipt.to, ReceiptLetter{receipt.waiter, receipt.count});
  }
  group.owed.clear();
  for (Waiter relay : group.relays) count_down(relay, 1);
  group.relays.clear();
  for (const auto& action : std::exchange(group.durable_actions, {})) action();
  settle(group);
}

void CommitGroups::settle(Group& group) {
  if (!group.is_done()) return;
  for (const auto& action : std::exchange(group.actions, {})) action();
  release_done();
}

void CommitGroups::release_done() {
  while (groups_.front().is_done()) {
    Group group = std::move(groups_.front());
    groups_.pop_front();
    ++first_;
    if (group.held_packets > 0) {
      core_.counters.publish_ack.observe(core_.now - group.first_held, group.held_packets);
    }
    for (auto& ended : group.buried) core_.ended_connections.push_back(std::move(ended));
    for (const Held& held : group.held) {
      if (!held.connection->is_open()) continue;
      if (held.resumes) {
        held.connection->resume(held.packets);
      } else {
        held.connection->append_taken(held.packets);
      }
    }
  }
}

}  // namespace sluice::broker
