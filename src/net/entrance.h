#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "auth/token_buckets.h"
#include "base/log_limits.h"
#include "net/acceptor.h"
#include "net/address_rates.h"
#include "net/connection_host.h"
#include "net/half_open.h"
#include "net/listener.h"
#include "net/proxy_greeting.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

/// Takes the sockets that an Entrance lets in.
class EntranceSink {
 public:
  /// peer  the real one where a proxy named it; it counts as half open from now on
  virtual void on_admitted(runtime::FileDescriptor socket, const PeerAddress& peer,
                           ListenerSlot slot) = 0;

 protected:
  ~EntranceSink() = default;
};

/// Where sockets come into one thread: accepts them, hears what a proxy says first, keeps the
/// limits of listeners and addresses.
///
/// Lives on   one thread, like its sockets.
/// Limit      kGreetingsMax sockets of proxies that have not said for whom they speak.
class Entrance final : private AcceptorSink, private ProxyGreetingOwner {
 public:
  struct Tools {
    runtime::EventLoop& loop;
    runtime::TimerWheel& timers;
    const config::Settings& settings;
    NetCounters& counters;
    const Instant& now;
  };
  /// parts  threads that accept for the same listeners: each has its part of their rates
  Entrance(const Tools& tools, unsigned parts, EntranceSink& sink);
  ~Entrance();

  Result<void> listen(runtime::FileDescriptor socket, Listener& listener);

  /// The settings of the tools have changed and were `before`.
  void on_settings(const config::Settings& before);

  /// While it is not open, new connections wait with the kernel.
  void set_open(bool open);
  /// For good; greetings that are under way end, too.
  void close();

  bool is_open() const { return is_open_; }
  bool has_greetings() const { return greetings_count_ > 0; }
  HalfOpenSockets& half_open() { return half_open_; }

  static constexpr std::size_t kGreetingsMax = 4096;

 private:
  using Greetings = boost::intrusive::list<ProxyGreeting>;

  void on_accepted(runtime::FileDescriptor socket, const PeerAddress& peer,
                   Listener& listener) override;
  void on_no_descriptor() override;
  void on_greeted(ProxyGreeting& greeting, ProxyGreeting::Outcome outcome) override;

  Result<void> limit_rate(const Listener& listener);
  void greet(runtime::FileDescriptor socket, const PeerAddress& peer, ListenerSlot slot);
  void admit(runtime::FileDescriptor socket, const PeerAddress& peer, ListenerSlot slot);
  void refuse(const PeerAddress& peer, const char* reason, Tally& counter);

  const Tools tools_;
  const unsigned parts_;
  EntranceSink& sink_;
  HalfOpenSockets half_open_;
  AddressRates address_rates_;
  std::unordered_map<const Listener*, auth::TokenBuckets> listener_rates_;  // of those with one
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  Greetings greetings_;
  std::size_t greetings_count_ = 0;
  bool is_open_ = true;
  log::RateLimiter refusal_lines_{1};
};

}  // namespace sluice::net
