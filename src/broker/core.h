#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "broker/access.h"
#include "broker/backlog.h"
#include "broker/barriers.h"
#include "broker/broker.h"
#include "broker/client_types.h"
#include "broker/commit_groups.h"
#include "broker/delivery_probes.h"
#include "broker/dispatcher.h"
#include "broker/event_topics.h"
#include "broker/home.h"
#include "broker/inspector.h"
#include "broker/journal.h"
#include "broker/journal_cleaner.h"
#include "broker/letters.h"
#include "broker/observer.h"
#include "broker/outbox.h"
#include "broker/output.h"
#include "broker/rate_limits.h"
#include "broker/retained_messages.h"
#include "broker/router.h"
#include "broker/scan.h"
#include "broker/session_registry.h"
#include "broker/share_groups.h"
#include "broker/subscriptions.h"
#include "broker/sys_topics.h"
#include "broker/terms.h"
#include "runtime/timer_wheel.h"

namespace sluice::broker {

/// The parts of one shard's core, wired to each other. They share one thread and one clock.
struct Core {
  Core(const Place& place, Postman& the_postman, StoreLink& the_store, Gatekeeper& gatekeeper);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  const config::Settings& settings;
  Terms terms;  // connections give them back, so it goes after those
  const ShardId self;
  const unsigned shards;
  Postman& postman;
  StoreLink& store;
  const milliseconds wall_offset;

  Instant now{};  // of the event being handled
  Counters counters;
  bool store_failed = false;  // nothing new can be promised
  bool memory_full = false;   // beyond overload.memory_max: nothing new is taken at all
  bool is_ready = true;       // false: Sessions are being restored, Clients have to wait
  unsigned shards_joined = 0;
  unsigned shards_restored = 0;
  std::function<void()> when_joined;  // what to do when all shards have
  std::mt19937_64 random;
  runtime::TimerWheel timers;

  /// Those without a Session yet; the others are found through theirs. And those that ended in this
  /// turn, freed after it.
  boost::unordered_flat_set<ServerConnection*> connecting;
  /// Held with a PUBLISH that nobody could promise to keep.
  boost::unordered_flat_set<ServerConnection*> awaiting_store;
  std::vector<std::unique_ptr<ServerConnection>> ended_connections;
  std::uint64_t connecting_bytes = 0;  // taken from limits.connecting_bytes_max

  ClientTypes client_types;
  Observer observer;
  DeliveryProbes probes;
  RateLimits rate_limits;
  Access access;
  Output output;
  Journal journal;
  CommitGroups groups;
  Outbox outbox;
  JournalCleaner cleaner;
  Backlog backlog;
  SessionRegistry sessions;
  Router router;
  ShareGroups share_groups;
  Subscriptions subscriptions;
  RetainedMessages retained;
  Dispatcher dispatcher;
  Barriers barriers;
  EventTopics event_topics;
  SysTopics sys_topics;
  Scans scans;
  Inspector inspector;

  /// Whether no new QoS 1 or 2 message can be taken.
  bool refuses_messages() const { return store_failed || memory_full; }

  ShardId home_of(ByteView name) const { return home_shard(name, shards); }
  /// An identifier of our making for a Client that brought none: its home is this shard, since it
  /// could be any.
  std::string new_client_id();

  /// Reads those again that were held because their messages could not be taken.
  void read_on();

  /// A shard, this one or another, has done a step of the restoration.
  void on_restored(RestoredLetter::Step step);

  WallTime wall_now() const { return to_wall(now); }
  WallTime to_wall(Instant instant) const;
  Instant to_instant(WallTime time) const;

  template <class Content>
  void post(ShardId to, Content content) {
    postman.post(to, Mail(std::make_unique<Letter>(Letter{std::move(content)})));
  }

  /// Posts what make() returns, made anew for each, to all other shards.
  template <class Make>
  void post_to_others(Make&& make) {
    for (unsigned shard = 0; shard < shards; ++shard) {
      if (shard != self) post(static_cast<ShardId>(shard), make());
    }
  }
};

}  // namespace sluice::broker
