#pragma once

#include <vector>

#include "broker/recovery.h"

namespace sluice::broker {

struct Core;
class Session;

/// Gives one shard its part of what a Recovery read: Sessions with subscriptions, queues and Wills,
/// retained messages, the pages they need.
class Restorer {
 public:
  Restorer(Core& core, Recovery& recovery) : core_(core), recovery_(recovery) {}

  void run();

 private:
  struct Resumed {
    StoredTransfer transfer;
    MessagePtr message;
    PageInfo* page;
  };

  void restore_pages();
  void restore_retained();
  void restore_session(RecoveredSession& from);
  void restore_subscriptions(Session& session, const RecoveredSession& from);
  void restore_deliveries(Session& session, RecoveredSession& from);
  void restore_identity(Session& session, const SessionRow& row);
  void restore_life(Session& session, const RecoveredSession& from);
  void restore_transfers();
  void begin_steps();
  static void resume(Core& core, const std::vector<Resumed>& transfers);
  static void publish_orphaned(Core& core,
                               const std::vector<std::pair<SessionNumber, std::string>>& wills);
  void count_lost(const std::vector<RecoveredSession::Delivery>& open,
                  std::pair<std::uint64_t, std::uint64_t> all, SequenceSet& completed);
  static void sort(std::vector<RecoveredSession::Delivery>& deliveries);

  Core& core_;
  Recovery& recovery_;
  std::vector<PageInfo*> pages_;  // by index; null where this shard has nothing in it
  std::vector<Resumed> transfers_;
};

}  // namespace sluice::broker
