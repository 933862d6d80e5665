#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "broker/counters.h"
#include "broker/share_group.h"
#include "broker/stored_records.h"

namespace sluice::broker {

// What one shard's core says to another's. Messages in letters belong to the receiver: they were
// cloned for it, so their counts are nobody else's.

// Where a letter names a waiter of the sender (0 is none), its receiver owes a receipt: it answers
// when what the letter brings is durable, see CommitGroups.

/// A message for the receivers of the other shard, for its retained messages, or both.
struct PublishLetter {
  MessagePtr message;
  std::uint64_t waiter;
  bool deliver;
  bool retain;
  HomeScope scope;
};
/// `count` of the letters that name the waiter have been made durable.
struct ReceiptLetter {
  std::uint64_t waiter;
  std::uint32_t count;
};
/// After a start: the sender has done a step, and all letters about it are ahead of this one.
struct RestoredLetter {
  enum class Step : std::uint8_t {
    Joined,  // its Sessions have their subscriptions and groups
    SentOn,  // transfers and Wills that had been left over have arrived
  };
  Step step;
};
/// The sender needs a page no longer that the receiver owns.
struct PageDoneLetter {
  std::uint64_t page;
};

/// The sender has, or no longer has, somebody who wants messages of this filter.
struct RouteLetter {
  std::string filter;
  bool wanted;
  bool stored;  // and some of them in persistent Sessions
};

/// Asks for a DoneLetter with this token; all letters before it have then been acted on.
struct SyncLetter {
  std::uint32_t token;
};
struct DoneLetter {
  std::uint32_t token;
};

/// To the owner of a group. It answers ShareJoinedLetter, and DoneLetter when all shards know the
/// route.
struct ShareJoinLetter {
  std::string filter;
  std::string share_name;
  ShareGroup::Member member;
  std::uint32_t token;
};
struct ShareJoinedLetter {
  SessionId session;
  std::string filter;
  std::string share_name;
  ShareGroupId group;
};
struct ShareLeaveLetter {
  std::string filter;
  std::string share_name;
  SessionId session;
};
struct ShareStatusLetter {
  std::string filter;
  std::string share_name;
  SessionId session;
  bool connected;
};

/// From a group's owner to the home of a member that went offline: others are there to take what it
/// has not finished.
struct ShareRecallLetter {
  SessionId session;
  ShareGroupId group;
};

/// From a group's owner to the home of the member it chose.
struct ShareDeliveryLetter {
  SessionId session;
  bool connected;  // as the owner knew it when it chose
  ShareGroupId group;
  std::string group_name;  // as in SUBSCRIBE, where the letter comes by the outbox
  SubscriptionOptions options;
  MessagePtr message;
  std::uint64_t waiter;
};
/// To the owner: the member is gone or offline, choose another.
struct ShareReturnLetter {
  ShareGroupId group;      // 0: that is no longer known
  std::string group_name;  // where the letter comes by the outbox
  MessagePtr message;
  std::uint64_t waiter;
};

/// A new subscription asks the shards for the retained messages they keep.
struct RetainedQueryLetter {
  std::string filter;
  SessionId session;
  SubscriptionOptions options;
};
struct RetainedFoundLetter {
  SessionId session;
  SubscriptionOptions options;
  std::vector<MessagePtr> messages;
};

/// To shard 0, which publishes the sums.
struct SysLetter {
  std::unique_ptr<Counters> counters;
};

struct Letter {
  std::variant<PublishLetter, ReceiptLetter, RestoredLetter, PageDoneLetter, RouteLetter,
               SyncLetter, DoneLetter, ShareJoinLetter, ShareJoinedLetter, ShareLeaveLetter,
               ShareStatusLetter, ShareRecallLetter, ShareDeliveryLetter, ShareReturnLetter,
               RetainedQueryLetter, RetainedFoundLetter, SysLetter>
      content;
};

}  // namespace sluice::broker
