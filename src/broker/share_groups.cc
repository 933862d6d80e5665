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

ShardId ShareGroups::owner_of(const mqtt::SharedFilter& group) const {
  return shard_of_hash(hash_of_group(group), core_.shards);
}

ShareGroupId ShareGroups::join(ByteView filter, ByteView share_name,
                               const ShareGroup::Member& member) {
  ShareGroup& group = core_.router.make_group(filter, share_name);
  group.join(member);
  const ShareGroupId id = group.id();
  if (shard_of(member.session) == core_.self) {
    on_joined({member.session, std::string(filter), std::string(share_name), id});
  }
  return id;
}

void ShareGroups::on_joined(const ShareJoinedLetter& letter) {
  Session* session = core_.sessions.find(letter.session);
  if (session == nullptr || !session->has_shared()) return;
  for (SharedSubscription& shared : session->shared()) {
    if (shared.filter == letter.filter && shared.share_name == letter.share_name) {
      shared.group = letter.group;
    }
  }
}

void ShareGroups::restore(Session& session, const mqtt::SharedFilter& parts,
                          const SubscriptionOptions& options) {
  session.shared().push_back({std::string(parts.share_name), std::string(parts.filter), options});
  ++core_.counters.subscriptions;
  core_.sessions.make_addressable(session);
  const ShareGroup::Member member{session.id(), options, false, true};
  const ShardId owner = owner_of(parts);
  if (owner == core_.self) {
    join(parts.filter, parts.share_name, member);
  } else {
    core_.post(owner, ShareJoinLetter{std::string(parts.filter), std::string(parts.share_name),
                                      member, 0});
  }
}

bool ShareGroups::is_promise(const Message& message) const {
  return message.qos() != mqtt::Qos::AtMostOnce && core_.journal.is_durable();
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

void ShareGroups::dispatch(ShareGroup& group, const MessagePtr& message, Handover handover) {
  const ShareGroup::Member* member = group.choose(*message);
  if (member == nullptr) {
    core_.observer.drop(DropReason::NoShareMember, *message);
    return;
  }
  if (shard_of(member->session) != core_.self) {
    return send_to_member(group, *member, message, handover);
  }
  Session* session = core_.sessions.find(member->session);
  SLUICE_ASSERT(session != nullptr);  // it would have left its groups
  deliver(*session, group.id(), member->options, message);
}

void ShareGroups::send_to_member(const ShareGroup& group, const ShareGroup::Member& member,
                                 const MessagePtr& message, Handover handover) {
  const ShardId home = shard_of(member.session);
  const auto post = [this, home, to = member, id = group.id(), message](std::string name,
                                                                        std::uint64_t waiter) {
    core_.post(home, ShareDeliveryLetter{to.session, to.connected, id, std::move(name), to.options,
                                         message->clone(), waiter});
  };
  // A Session that is not persistent keeps nothing.
  if (!member.stored || !is_promise(*message)) return post({}, 0);
  if (handover == Handover::Direct) return post({}, core_.groups.expect_receipt());
  StoredTransfer transfer;
  transfer.group = group.subscription().text();
  core_.outbox.send(home, message, transfer,
                    [post, name = transfer.group](std::uint64_t waiter) { post(name, waiter); });
}

// Another connected member takes over; when nobody is connected, a persistent Session keeps it.
void ShareGroups::on_return(const ShareReturnLetter& letter, Handover handover) {
  ShareGroup* group = nullptr;
  if (letter.group != 0) {
    group = core_.router.find_group(letter.group);
  } else if (const auto parts = mqtt::parse_shared(letter.group_name)) {
    group = core_.router.find_group(parts->filter, parts->share_name);
  }
  if (group == nullptr) {
    core_.observer.drop(DropReason::NoShareMember, *letter.message);
    return;
  }
  dispatch(*group, letter.message, handover);
}

void ShareGroups::take_up(const std::string& group_name, const MessagePtr& message) {
  const auto parts = mqtt::parse_shared(group_name);
  if (parts) return_to_owner(owner_of(*parts), 0, group_name, message, Handover::Outbox);
}

void ShareGroups::return_to_owner(ShardId owner, ShareGroupId group, const std::string& group_name,
                                  const MessagePtr& message, Handover handover) {
  const auto make = [group, message](std::string name, std::uint64_t waiter) {
    return ShareReturnLetter{group, std::move(name), message->clone(), waiter};
  };
  if (owner == core_.self) return on_return(make(group_name, 0), handover);
  if (!is_promise(*message)) {
    core_.post(owner, make(group_name, 0));
  } else if (handover == Handover::Direct) {
    core_.post(owner, make(group_name, core_.groups.expect_receipt()));
  } else {
    StoredTransfer transfer;
    transfer.group = group_name;
    core_.outbox.send(owner, message, transfer,
                      [this, owner, make, group_name](std::uint64_t waiter) {
                        core_.post(owner, make(group_name, waiter));
                      });
  }
}

void ShareGroups::on_delivery(const ShareDeliveryLetter& letter, Handover handover) {
  Session* session = core_.sessions.find(letter.session);
  const bool is_gone = session == nullptr || (letter.connected && session->connection() == nullptr);
  if (!is_gone) return deliver(*session, letter.group, letter.options, letter.message);
  // The letter that says so is ahead of this return, so the owner will not choose it again.
  return_to_owner(owner_of_group(letter.group), letter.group, letter.group_name, letter.message,
                  handover);
}

void ShareGroups::deliver(Session& session, ShareGroupId group, const SubscriptionOptions& options,
                          const MessagePtr& message) {
  Delivery delivery;
  delivery.message = message;
  delivery.set_subscription_id(options.identifier);
  const auto membership = std::ranges::find(session.shared(), group, &SharedSubscription::group);
  const bool is_member = membership != session.shared().end();  // or it has unsubscribed since
  delivery.share_group = is_member ? group : 0;
  if (core_.observer.is_tracing()) {
    core_.observer.tracer().on_share_chosen(session, *message,
                                            is_member ? membership->parts().text() : "");
  }
  delivery.qos = std::min(message->qos(), options.maximum_qos);  // [MQTT5-4.8.2-3]
  delivery.retain = options.retain_as_published && message->retain();
  core_.dispatcher.enqueue(session, std::move(delivery));
}

ShardId ShareGroups::tell_leave(Session& session, const SharedSubscription& subscription) {
  const ShardId owner = owner_of(subscription.parts());
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
    const ShardId owner = owner_of(subscription.parts());
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
  for (std::uint16_t packet_id : in_flight) {
    flow->window.complete(*flow->window.find(packet_id));
  }
  flow->queue.filter([&](Delivery& delivery) {
    if (!is_theirs(delivery)) return true;
    returned.push_back(std::move(delivery));
    return false;
  });
  for (const Delivery& delivery : returned) return_delivery(session, delivery);
}

void ShareGroups::return_delivery(Session& session, const Delivery& delivery) {
  const auto& shared = session.shared();
  const auto of = std::ranges::find(shared, delivery.share_group, &SharedSubscription::group);
  SLUICE_ASSERT(of != shared.end());  // see keep_all
  const bool is_stored = delivery.qos != mqtt::Qos::AtMostOnce && session.stored() != nullptr;
  return_to_owner(owner_of_group(delivery.share_group), delivery.share_group, of->parts().text(),
                  delivery.message, is_stored ? Handover::Outbox : Handover::Direct);
  // Together with its way to another one.
  if (is_stored) session.stored()->complete(core_, delivery.sequence);
}

void ShareGroups::keep_all(Session& session, ShareGroupId group) {
  MessageFlow* flow = session.flow();
  if (flow == nullptr) return;
  const auto keep = [group](Delivery& delivery) {
    if (delivery.share_group == group) delivery.share_group = 0;
  };
  flow->window.for_each([&](InFlightWindow::Entry& entry, std::uint16_t) { keep(entry.delivery); });
  flow->queue.filter([&](Delivery& delivery) {
    keep(delivery);
    return true;
  });
}

}  // namespace sluice::broker
