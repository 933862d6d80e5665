#include "broker/share_groups.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {
namespace {

ShardId owner_of_group(ShareGroupId group) {
  return static_cast<ShardId>(group >> 24);
}

}  // namespace

ShardId ShareGroups::owner_of(ByteView filter, ByteView share_name) const {
  return static_cast<ShardId>(hash_bytes(filter, hash_bytes(share_name)) % core_.shards);
}

void ShareGroups::join(ByteView filter, ByteView share_name, const ShareGroup::Member& member) {
  core_.router.make_group(filter, share_name).join(member);
}

void ShareGroups::restore(Session& session, const mqtt::SharedFilter& parts,
                          const SubscriptionOptions& options) {
  session.shared().push_back({std::string(parts.share_name), std::string(parts.filter), options});
  ++core_.counters.subscriptions;
  core_.sessions.make_addressable(session);
  const ShareGroup::Member member{session.id(), options, false, true};
  const ShardId owner = owner_of(parts.filter, parts.share_name);
  if (owner == core_.self) {
    join(parts.filter, parts.share_name, member);
  } else {
    core_.post(owner, ShareJoinLetter{std::string(parts.filter), std::string(parts.share_name),
                                      member, 0});
  }
}

/// Who waits for the receipt of a letter with this message, 0 for none.
std::uint64_t ShareGroups::expect_receipt_for(const Message& message) {
  const bool is_promise = message.qos() != mqtt::Qos::AtMostOnce && core_.journal.is_durable();
  return is_promise ? core_.groups.expect_receipt() : 0;
}

void ShareGroups::leave(ByteView filter, ByteView share_name, SessionId session) {
  ShareGroup* group = core_.router.find_group(filter, share_name);
  if (group == nullptr || !group->leave(session)) return;
  core_.router.erase_group_if_empty(filter, *group);
}

void ShareGroups::set_connected(ByteView filter, ByteView share_name, SessionId session,
                                bool connected) {
  ShareGroup* group = core_.router.find_group(filter, share_name);
  if (group == nullptr) return;
  group->set_connected(session, connected);
  // Alone, a member keeps its messages under their Packet Identifiers until it resumes.
  if (connected || !group->has_connected()) return;
  const ShareRecallLetter recall{session, group->id()};
  if (shard_of(session) == core_.self) {
    on_recall(recall);
  } else {
    core_.post(shard_of(session), recall);
  }
}

void ShareGroups::dispatch(ShareGroup& group, const MessagePtr& message) {
  const ShareGroup::Member* member = group.choose(*message);
  if (member == nullptr) {
    core_.counters.drop(DropReason::NoShareMember);
    return;
  }
  const ShardId home = shard_of(member->session);
  if (home == core_.self) {
    Session* session = core_.sessions.find(member->session);
    SLUICE_ASSERT(session != nullptr);  // it would have left its groups
    deliver(*session, group.id(), member->options, message);
  } else {
    const std::uint64_t waiter = member->stored ? expect_receipt_for(*message) : 0;
    core_.post(home, ShareDeliveryLetter{member->session, member->connected, group.id(),
                                         member->options, message->clone(), waiter});
  }
}

// Another connected member takes over; when nobody is connected, a persistent Session keeps it.
void ShareGroups::take_back(ShareGroupId id, const MessagePtr& message) {
  ShareGroup* group = core_.router.find_group(id);
  if (group == nullptr) {
    core_.counters.drop(DropReason::NoShareMember);
    return;
  }
  dispatch(*group, message);
}

void ShareGroups::on_delivery(const ShareDeliveryLetter& letter) {
  Session* session = core_.sessions.find(letter.session);
  const bool is_gone = session == nullptr;
  if (is_gone || (letter.connected && session->connection() == nullptr)) {
    // The letter that says so is ahead of this return, so the owner will not choose it again.
    const std::uint64_t waiter =
        letter.waiter != 0 ? expect_receipt_for(*letter.message) : 0;
    core_.post(owner_of_group(letter.group),
               ShareReturnLetter{letter.group, letter.message->clone(), waiter});
    return;
  }
  deliver(*session, letter.group, letter.options, letter.message);
}

void ShareGroups::deliver(Session& session, ShareGroupId group, const SubscriptionOptions& options,
                          const MessagePtr& message) {
  Delivery delivery;
  delivery.message = message;
  delivery.set_subscription_id(options.identifier);
  delivery.share_group = group;
  delivery.qos = std::min(message->qos(), options.maximum_qos);  // [MQTT5-4.8.2-3]
  delivery.retain = options.retain_as_published && message->retain();
  core_.dispatcher.enqueue(session, std::move(delivery));
}

ShardId ShareGroups::tell_leave(Session& session, const SharedSubscription& subscription) {
  const ShardId owner = owner_of(subscription.filter, subscription.share_name);
  if (owner == core_.self) {
    leave(subscription.filter, subscription.share_name, session.id());
  } else {
    core_.post(owner, ShareLeaveLetter{subscription.filter, subscription.share_name, session.id()});
  }
  return owner;
}

void ShareGroups::tell_connected(Session& session, bool connected) {
  if (!session.has_shared()) return;
  for (const SharedSubscription& subscription : session.shared()) {
    const ShardId owner = owner_of(subscription.filter, subscription.share_name);
    if (owner == core_.self) {
      set_connected(subscription.filter, subscription.share_name, session.id(), connected);
    } else {
      core_.post(owner, ShareStatusLetter{subscription.filter, subscription.share_name,
                                          session.id(), connected});
    }
  }
}

void ShareGroups::on_recall(const ShareRecallLetter& letter) {
  Session* session = core_.sessions.find(letter.session);
  if (session != nullptr && session->connection() == nullptr) give_back(*session, letter.group);
}

void ShareGroups::give_back(Session& session, ShareGroupId group) {
  MessageFlow* flow = session.flow();
  if (flow == nullptr) return;
  const auto is_theirs = [group](const Delivery& delivery) {
    return delivery.share_group != 0 && (group == 0 || delivery.share_group == group);
  };
  std::vector<Delivery> returned;  // in the order they were given
  std::vector<std::uint16_t> in_flight;
  flow->window.for_each([&](InFlightWindow::Entry& entry, std::uint16_t packet_id) {
    if (!is_theirs(entry.delivery) || entry.delivery.qos != mqtt::Qos::AtLeastOnce) return;
    // A copy: the window counts by what it holds.
    Delivery delivery;
    delivery.message = entry.delivery.message;
    delivery.share_group = entry.delivery.share_group;
    delivery.qos = entry.delivery.qos;
    delivery.sequence = flow->window.sequence_of(packet_id);
    returned.push_back(std::move(delivery));
    in_flight.push_back(packet_id);
  });
  for (std::uint16_t packet_id : in_flight) flow->window.complete(packet_id);
  flow->queue.filter([&](Delivery& delivery) {
    if (!is_theirs(delivery)) return true;
    returned.push_back(std::move(delivery));
    return false;
  });
  for (const Delivery& delivery : returned) return_delivery(session, delivery);
}

void ShareGroups::return_delivery(Session& session, const Delivery& delivery) {
  const bool is_stored = delivery.qos != mqtt::Qos::AtMostOnce && session.stored() != nullptr;
  const ShardId owner = owner_of_group(delivery.share_group);
  if (owner == core_.self) {
    take_back(delivery.share_group, delivery.message);
  } else {
    const std::uint64_t waiter = is_stored ? expect_receipt_for(*delivery.message) : 0;
    core_.post(owner, ShareReturnLetter{delivery.share_group, delivery.message->clone(), waiter});
  }
  if (!is_stored) return;
  // It stays with this Session until another one has it for sure.
  core_.groups.when_done([this, number = session.stored()->number(), sequence = delivery.sequence] {
    StoredSession* left = core_.sessions.find_stored(number);
    if (left != nullptr) left->complete(core_, sequence);
  });
}

}  // namespace sluice::broker
