#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "broker/message.h"
#include "broker/observation.h"

namespace sluice::broker {

/// What was dropped for whom. Always kept, so that the answer is there when somebody asks.
///
/// Lives on   one shard.
/// Limit      kLedgerMax Clients and reasons; whoever finds no room is counted under no name.
/// Cost       a look-up for each drop, none for repeats: floods come by Client.
class DropLedger {
 public:
  DropLedger();

  struct Drop {
    PublisherId client = 0;  // 0: nobody in particular
    ByteView client_id{};
    DropReason reason = DropReason::Count;
    std::uint64_t count = 1;
    ByteView topic{};     // empty: not known
    bool is_news = true;  // somebody wants to hear of it, see take_news
  };
  void add(const Drop& drop, WallTime now);

  /// Those for whom most was dropped first, at most `max`. Empty client_id: all of them.
  std::vector<DroppedMessages> list(ByteView client_id, std::size_t max) const;

  /// Passes those to visit() for whom something was dropped since the last call, with how much.
  template <class Visit>
  void take_news(Visit&& visit) {
    for (const std::uint32_t index : std::exchange(news_, {})) {
      Entry& entry = entries_[index];
      visit(std::as_const(entry.dropped), std::exchange(entry.untold, 0));
    }
  }

  /// If it is full, forgets the half that was quiet for longest; to be called now and then, after
  /// `take_news`.
  void make_room();

 private:
  struct Entry {
    DroppedMessages dropped;
    std::uint64_t key = 0;
    std::uint64_t untold = 0;
  };
  Entry& find_or_make(const Drop& drop);

  std::vector<Entry> entries_;  // those under no name first, one for each reason
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> by_key_;
  std::vector<std::uint32_t> news_;
  std::uint32_t last_ = 0;  // the entry of the last drop
};

}  // namespace sluice::broker
