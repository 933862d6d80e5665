#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <string>

#include "net/listener.h"
#include "net/peer_address.h"
#include "runtime/event_loop.h"
#include "runtime/file_descriptor.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

class ProxyGreetingOwner;

/// A socket whose proxy has not said yet for whom it speaks. Takes the PROXY header out of the
/// socket and nothing behind it.
class ProxyGreeting final : public runtime::EventHandler,
                            public runtime::Timer,
                            public boost::intrusive::list_base_hook<> {
 public:
  enum class Outcome : std::uint8_t { Done, Malformed, TimedOut, Lost };

  ProxyGreeting(ProxyGreetingOwner& owner, runtime::FileDescriptor socket, const PeerAddress& peer,
                ListenerSlot slot)
      : owner_(owner), peer_(peer), slot_(std::move(slot)), socket_(std::move(socket)) {}

  /// The owner hears of one outcome, maybe before this returns, and may destroy the greeting then.
  void start(runtime::EventLoop& loop, runtime::TimerWheel& timers, Instant deadline);

  /// Out of the loop.
  runtime::FileDescriptor take_socket(runtime::EventLoop& loop);
  ListenerSlot take_slot() { return std::move(slot_); }
  const PeerAddress& peer() const { return peer_; }

  void on_events(std::uint32_t events) override;

 private:
  void on_due(Instant) override;

  ProxyGreetingOwner& owner_;
  std::string read_;  // the part of the header that has come
  PeerAddress peer_;
  ListenerSlot slot_;
  runtime::FileDescriptor socket_;
};

class ProxyGreetingOwner {
 public:
  virtual void on_greeted(ProxyGreeting& greeting, ProxyGreeting::Outcome outcome) = 0;

 protected:
  ~ProxyGreetingOwner() = default;
};

}  // namespace sluice::net
