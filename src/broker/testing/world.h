#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "broker/mail.h"
#include "broker/recovery.h"
#include "broker/testing/client.h"
#include "broker/testing/simulated_store.h"

// For tests: the cores of a whole broker in one thread, with a clock that the test moves.

namespace sluice::broker::testing {

/// N shards' cores wired by queues of mail, and the Clients that talk to them.
///
/// Without a seed everything happens in a fixed order. With one, which shard runs, which mail
/// arrives and whose bytes are read next is drawn from it; mail between two shards stays in order.
class World final : public Surroundings {
 public:
  explicit World(unsigned shards, std::optional<std::uint64_t> seed = {})
      : random_(seed.value_or(0)), is_random_(seed.has_value()) {
    settings.auth.allow_anonymous = true;
    make_brokers(shards);
  }

  config::Settings settings;
  /// Outlives the broker.
  SimulatedStore store;
  /// Requests wait until `settle_all` or `step` is called.
  bool by_hand = false;

  /// As a reload does: all shards hear of it.
  template <class Change>
  void change_settings(Change change) {
    const config::Settings before = settings;
    change(settings);
    for (const auto& broker : brokers_) {
      broker->on_settings(
          before, [this] { ++settings_taken; }, now_);
    }
    for (unsigned shard = 0; shard < shards(); ++shard) touched(static_cast<ShardId>(shard));
    settle();
  }
  unsigned settings_taken = 0;  // answers of shards that they hold

  unsigned shards() const { return static_cast<unsigned>(brokers_.size()); }
  Client& client(const std::string& id) {
    clients_.push_back(std::make_unique<Client>(*this, id));
    return *clients_.back();
  }
  /// A Client that is connected.
  Client& connected(const std::string& id, const Connect& how = {}) {
    Client& made = client(id);
    made.connect(how);
    return made;
  }

  /// Moves the clock, a tick each 100 ms.
  void advance(milliseconds by) {
    for (const Instant end = now_ + by; now_ < end;) {
      now_ = std::min(end, now_ + kTickInterval);
      for (unsigned shard = 0; shard < shards(); ++shard) {
        brokers_[shard]->on_tick(now_);
        end_turn(static_cast<ShardId>(shard));
      }
      settle();
    }
  }

  /// The process of the broker dies. Of the commits on their way those arrived that the seed says,
  /// without a seed none.
  void crash() {
    for (auto& port : ports_) port->die(is_random_ && random_() % 2 == 0);
    for (auto& one : clients_) one->broker_died();
    brokers_.clear();
    posts_.clear();
    ports_.clear();
    gates_.clear();
  }
  /// Starts a broker on the store, with as many shards as before unless told otherwise.
  void start(unsigned shards) {
    make_brokers(shards);
    Recovery recovery(shards);
    store.load(recovery);
    for (unsigned shard = 0; shard < shards; ++shard) {
      brokers_[shard]->restore(recovery, now_);
      touched(static_cast<ShardId>(shard));
    }
    settle();
  }
  /// Time goes by and nobody is there.
  void pass(milliseconds time) { now_ += time; }
  void restart() {
    const unsigned count = shards();
    crash();
    start(count);
  }
  void fill_memory(bool full) {
    for (auto& broker : brokers_) broker->on_memory_full(full, now_);
    settle();
  }

  // Who gets in.

  /// Sets what all shards decide by themselves.
  void set_policy(auth::Policy policy) {
    policy_ = std::make_shared<const auth::Policy>(std::move(policy));
    for (auto& broker : brokers_) broker->on_policy(policy_, now_);
    for (unsigned shard = 0; shard < shards(); ++shard) touched(static_cast<ShardId>(shard));
    settle();
  }
  /// Has the providers asked, and answers for them: nullopt is no answer.
  using Provider = std::function<std::optional<auth::Verdict>(const auth::ConnectRequest&)>;
  void ask(Provider provider) {
    provider_ = std::move(provider);
    auth::Policy policy;
    policy.asks_providers = true;
    set_policy(std::move(policy));
  }
  /// The AUTH packets of Clients; by default refused.
  std::function<auth::Verdict(const std::string& data)> on_auth_data = [](const std::string&) {
    return auth::Refused{};
  };
  std::vector<auth::RefusedClient> refused_clients;
  std::vector<Gatekeeper::Ticket> cancelled;
  /// Credentials have changed. Returns whether all shards said that it outlives a crash.
  bool change(const std::vector<auth::CredentialsChange>& changes) {
    unsigned done = 0;
    for (auto& broker : brokers_) {
      broker->on_credentials_changed(
          changes, [&done] { ++done; }, now_);
    }
    for (unsigned shard = 0; shard < shards(); ++shard) touched(static_cast<ShardId>(shard));
    settle();
    return done == shards();
  }

  void fail_store(bool failed) {
    store.is_stuck = failed;
    for (auto& broker : brokers_) broker->on_store_failed(failed, now_);
    settle();
  }

  void shut_down() {
    for (auto& broker : brokers_) broker->shut_down(now_);
  }

  /// Runs until nothing is under way.
  void settle_all() {
    while (step()) {
    }
  }

  /// Lets one thing happen: bytes of one Client, one letter, or the end of one shard's turn.
  /// Returns whether there was anything.
  bool step() {
    choices_.clear();
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i]->poke();
      if (clients_[i]->has_outbox()) choices_.push_back({Kind::Bytes, i, 0});
    }
    for (std::size_t to = 0; to < posts_.size(); ++to) {
      for (std::size_t from = 0; from < posts_.size(); ++from) {
        if (!posts_[from]->queues[to].empty()) choices_.push_back({Kind::Letter, from, to});
      }
    }
    for (std::size_t shard = 0; shard < dirty_.size(); ++shard) {
      if (dirty_[shard]) choices_.push_back({Kind::TurnEnd, shard, 0});
    }
    for (std::size_t shard = 0; shard < ports_.size(); ++shard) {
      if (ports_[shard]->has_commit()) choices_.push_back({Kind::Commit, shard, 0});
      if (ports_[shard]->has_read()) choices_.push_back({Kind::PageRead, shard, 0});
      if (!gates_[shard]->verdicts.empty()) choices_.push_back({Kind::Verdict, shard, 0});
    }
    if (choices_.empty()) return false;
    const std::size_t index = is_random_ ? random_() % choices_.size() : 0;
    act(choices_[index]);
    return true;
  }

  /// Letters under way.
  std::size_t letters() const {
    std::size_t count = 0;
    for (const auto& post : posts_) {
      for (const auto& queue : post->queues) count += queue.size();
    }
    return count;
  }

  /// The sum over all shards of a counter.
  template <class Get>
  std::uint64_t sum(Get&& get) const {
    std::uint64_t all = 0;
    for (const auto& broker : brokers_) all += get(broker->counters());
    return all;
  }
  std::uint64_t dropped(DropReason reason) const {
    return sum([&](const Counters& c) { return c.dropped[static_cast<std::size_t>(reason)]; });
  }
  std::uint64_t refused(RefusalReason reason) const {
    return sum([&](const Counters& c) { return c.refused[static_cast<std::size_t>(reason)]; });
  }
  std::uint64_t sessions() const {
    return sum([](const Counters& c) { return c.sessions; });
  }
  std::uint64_t subscriptions() const {
    return sum([](const Counters& c) { return c.subscriptions; });
  }

  // Surroundings
  Broker& broker(ShardId shard) override { return *brokers_.at(shard); }
  Instant now() const override { return now_; }
  ShardId next_arrival() override { return static_cast<ShardId>(arrivals_++ % shards()); }
  void touched(ShardId shard) override { dirty_[shard] = true; }
  void settle() override {
    if (!by_hand) settle_all();
  }

 private:
  struct Post final : Postman {
    Post(World& the_world, ShardId the_self, unsigned shards)
        : world(the_world), self(the_self), queues(shards) {}
    void post(ShardId to, Mail mail) override {
      SLUICE_ASSERT(to != self);
      queues.at(to).push_back(std::move(mail));
    }
    World& world;
    ShardId self;
    std::vector<std::deque<Mail>> queues;  // by receiver
  };

  /// The providers: what they say comes as an event of its own.
  struct Gate final : Gatekeeper {
    explicit Gate(World& the_world) : world(the_world) {}
    void authenticate(Ticket ticket, auth::ConnectRequest request) override {
      if (auto verdict = world.provider_(request)) verdicts.emplace_back(ticket, *verdict);
    }
    void answer(Ticket ticket, std::string data) override {
      verdicts.emplace_back(ticket, world.on_auth_data(data));
    }
    void cancel(Ticket ticket) override { world.cancelled.push_back(ticket); }
    void report(auth::RefusedClient refused) override {
      world.refused_clients.push_back(std::move(refused));
    }
    World& world;
    std::deque<std::pair<Ticket, auth::Verdict>> verdicts;
  };

  enum class Kind : std::uint8_t { Bytes, Letter, TurnEnd, Commit, PageRead, Verdict };
  struct Choice {
    Kind kind;
    std::size_t first;
    std::size_t second;
  };

  void make_brokers(unsigned shards) {
    dirty_.assign(shards, false);
    for (unsigned shard = 0; shard < shards; ++shard) {
      posts_.push_back(std::make_unique<Post>(*this, static_cast<ShardId>(shard), shards));
      ports_.push_back(std::make_unique<SimulatedStore::Port>(store));
    }
    for (unsigned shard = 0; shard < shards; ++shard) {
      const Place place{settings, static_cast<ShardId>(shard), shards, kWallOffset};
      gates_.push_back(std::make_unique<Gate>(*this));
      brokers_.push_back(
          std::make_unique<Broker>(place, *posts_[shard], *ports_[shard], *gates_[shard]));
      if (policy_) brokers_.back()->on_policy(policy_, now_);
    }
  }

  void act(const Choice& choice) {
    switch (choice.kind) {
      case Kind::Bytes:
        return clients_[choice.first]->deliver_outbox();
      case Kind::Letter:
        return take_letter(choice.first, choice.second);
      case Kind::TurnEnd:
        return end_turn(static_cast<ShardId>(choice.first));
      case Kind::Commit:
        if (!ports_[choice.first]->finish_commit()) return;
        brokers_[choice.first]->on_committed(now_);
        return touched(static_cast<ShardId>(choice.first));
      case Kind::Verdict: {
        auto& verdicts = gates_[choice.first]->verdicts;
        auto [ticket, verdict] = std::move(verdicts.front());
        verdicts.pop_front();
        brokers_[choice.first]->on_verdict(ticket, std::move(verdict), now_);
        return touched(static_cast<ShardId>(choice.first));
      }
      case Kind::PageRead: {
        const storage::PageId id = ports_[choice.first]->next_read();
        brokers_[choice.first]->on_page(id, store.page(id), now_);
        return touched(static_cast<ShardId>(choice.first));
      }
    }
  }

  void end_turn(ShardId shard) {
    dirty_[shard] = false;
    drain(shard);
    brokers_[shard]->on_turn_end(now_);
    if (brokers_[shard]->wants_turn()) touched(shard);
  }

  /// As a shard's loop does: all mail that has come, in the order of the senders.
  void drain(ShardId to) {
    for (std::size_t from = 0; from < posts_.size(); ++from) {
      while (!posts_[from]->queues[to].empty()) take_letter(from, to);
    }
    brokers_[to]->on_mail_drained(now_);
  }

  void take_letter(std::size_t from, std::size_t to) {
    auto& queue = posts_[from]->queues[to];
    Mail mail = std::move(queue.front());
    queue.pop_front();
    brokers_[to]->on_mail(static_cast<ShardId>(from), std::move(mail), now_);
    touched(static_cast<ShardId>(to));
  }

  static constexpr milliseconds kWallOffset{1'000'000'000};

  std::mt19937_64 random_;
  bool is_random_;
  Instant now_{milliseconds{1'000'000}};
  std::size_t arrivals_ = 0;
  std::vector<bool> dirty_;
  std::vector<std::unique_ptr<Post>> posts_;
  std::vector<std::unique_ptr<SimulatedStore::Port>> ports_;
  std::vector<std::unique_ptr<Gate>> gates_;
  Provider provider_;
  std::shared_ptr<const auth::Policy> policy_;  // null: as the settings have it
  std::vector<std::unique_ptr<Broker>> brokers_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Choice> choices_;
};

}  // namespace sluice::broker::testing
